import type { BijiaError } from '../errors.js';
import type { Provider } from '../provider.js';
import { type Language, WORDS } from './index.js';
import { findZhSentence } from './zh-errors.js';

/** The code of errors that a face has worded itself, in the language of its reader. */
export const USAGE = 'usage';

/**
 * An error for who runs the command, in their language: in English its own message; else the sentence of its code,
 * the provider's where only a provider has one, or that of its outcome.
 */
export function formatErrorText(
  error: BijiaError,
  language: Language,
  providers: readonly Pick<Provider, 'errorWords'>[],
): string {
  const { code, outcome, retryAfterMs } = error;
  if (language === 'en' || code === USAGE) return error.message;
  const wait = retryAfterMs === undefined ? undefined : WORDS[language].duration(retryAfterMs);
  const facts = { wait, ...error.facts };
  const own = providers.flatMap(({ errorWords }) => errorWords?.[code] ?? [])[0];
  return (
    findZhSentence({ code, facts }) ??
    own?.[language] ??
    findZhSentence({ code: outcome, facts }) ??
    WORDS[language].outcomes[outcome]
  );
}
