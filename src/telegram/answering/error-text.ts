import {
  type BijiaError,
  type Core,
  findErrorWords,
  findMarketplace,
  listSupported,
} from '../../core/index.js';
import type { Asked } from '../bot-context.js';
import { defuse } from '../locales/display.js';
import type { Texts } from '../locales/index.js';

/** A sentence that says to a user what happened and what to do, in the user's language. */
export function formatErrorText(
  error: BijiaError,
  { texts, isAdmin, isPrivate }: Pick<Asked, 'texts' | 'isAdmin' | 'isPrivate'>,
  core: Pick<Core, 'marketplaces' | 'config'>,
  platform?: string,
): string {
  const own = findErrorWords(error, platform, core.config.providers);
  const marketplace = findMarketplace(platform, core.marketplaces);
  const facts = {
    platform: marketplace ? texts.nameOf(marketplace.names) : '',
    supported: nameSupported(core, texts),
    wait: error.retryAfterMs ? texts.duration(error.retryAfterMs) : '',
  };
  const sentence = own ? texts.nameOf(own) : findWords(error, texts)?.(facts);
  // What to configure is for those who can.
  const detail = error.outcome === 'not_configured' && isAdmin && isPrivate ? `\n${error.message}` : '';
  return `${sentence ?? defuse(error.message)}${detail}`;
}

/** By the code, else the outcome. That a marketplace is not supported is said of the marketplace alone. */
function findWords({ code, outcome }: BijiaError, { errors }: Texts) {
  const fallback = outcome === 'unsupported' && code !== outcome ? errors['not_offered'] : errors[outcome];
  return errors[code] ?? fallback;
}

/** What is said of an error that has nothing to do with a marketplace. */
export const findErrorText = (error: BijiaError, texts: Texts): string | undefined =>
  findWords(error, texts)?.({ platform: '', supported: '', wait: '' });

export function nameSupported(core: Pick<Core, 'config'>, texts: Texts): string {
  return texts.list(listSupported(core.config).map(({ names }) => texts.nameOf(names)));
}
