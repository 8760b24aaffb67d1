import { type BijiaError, type Core, findErrorWords, listSupported } from '../../core/index.js';
import type { Asked } from '../bot-context.js';
import type { Texts } from '../locales/index.js';
import { defuse } from './display.js';

/** A sentence that says to an asker what happened and what to do, in the asker's language. */
export function formatErrorText(
  error: BijiaError,
  { texts, isAdmin, isPrivate }: Pick<Asked, 'texts' | 'isAdmin' | 'isPrivate'>,
  core: Pick<Core, 'marketplaces' | 'config'>,
  platform?: string,
): string {
  const own = findErrorWords(error, platform, core.config.providers);
  const words = texts.errors[error.code] ?? (own ? () => texts.nameOf(own) : texts.errors[error.outcome]);
  const marketplace = core.marketplaces.find(({ id }) => id === platform);
  const sentence = words?.({
    platform: marketplace ? texts.nameOf(marketplace.names) : '',
    supported: nameSupported(core, texts),
    wait: error.retryAfterMs ? texts.duration(error.retryAfterMs) : '',
  });
  // What to configure is for those who can.
  const detail = error.outcome === 'not_configured' && isAdmin && isPrivate ? `\n${error.message}` : '';
  return `${sentence ?? defuse(error.message)}${detail}`;
}

export function nameSupported(core: Pick<Core, 'config'>, texts: Texts): string {
  return texts.list(listSupported(core.config).map(({ names }) => texts.nameOf(names)));
}
