import type { BijiaError } from '../errors.js';
import type { Result } from '../product/result.js';
import type { Bilingual } from './bilingual.js';
import type { Words } from './en.js';
import { type Language, WORDS } from './index.js';
import { findZhSentence } from './zh-errors.js';

/** The code of errors that a face has worded itself, in the language of its reader. */
export const USAGE = 'usage';

/** What became of an input, in a word or two: what its error says of itself, else its outcome. */
export function formatHeading(
  { outcome, error }: Pick<Result, 'outcome' | 'error'>,
  { headings, outcomes }: Pick<Words, 'headings' | 'outcomes'>,
): string {
  return headings[error?.code ?? ''] ?? outcomes[outcome];
}

/** Its class says that something has to be set, and of no marketplace: any sentence but its own would be a guess. */
const isUnworded = ({ code, facts }: BijiaError) =>
  code === 'not_configured' && facts?.['platform'] === undefined;

/**
 * An error for the person running the command, in their language: in English its own message; else the sentence of its code,
 * the provider's where only a provider has one, or that of its outcome.
 */
export function formatErrorText(
  error: BijiaError,
  language: Language,
  providers: readonly { readonly getErrorWords?: () => Readonly<Record<string, Bilingual>> }[],
): string {
  const { code, outcome, retryAfterMs } = error;
  if (language === 'en' || code === USAGE || isUnworded(error)) return error.message;
  const wait = retryAfterMs === undefined ? undefined : WORDS[language].duration(retryAfterMs);
  const facts = { wait, ...error.facts };
  const own = providers.flatMap(({ getErrorWords }) => getErrorWords?.()[code] ?? [])[0];
  return (
    findZhSentence({ code, facts }) ??
    own?.[language] ??
    findZhSentence({ code: outcome, facts }) ??
    WORDS[language].outcomes[outcome]
  );
}
