import { type BijiaError, createReader, formatErrorText, providers } from '../core/index.js';
import type { CliContext } from './context.js';

/**
 * An error as a command says it: where only an option is missing, with the command to run next.
 * @param command the one that was given, where its arguments are all that it needs
 */
export function formatCommandError(
  error: BijiaError,
  { language, texts }: Pick<CliContext, 'language' | 'texts'>,
  command?: string,
): string {
  const { id, platforms: listed } = error.facts ?? {};
  if (error.code !== 'platform_needed' || !command || !id || !listed) {
    return formatErrorText(error, language, providers);
  }
  const platforms = `${listed}`.split(' ');
  const { platformNames } = createReader(language);
  const names = platforms.map((platform) => platformNames[platform] ?? platform);
  return texts.platformNeeded({ id: `${id}`, platforms, names, command });
}
