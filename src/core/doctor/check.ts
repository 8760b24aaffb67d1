import { type BijiaError, toBijiaError } from '../errors.js';
import type { Provider } from '../provider.js';
import type { Bilingual } from '../words/bilingual.js';
import { say } from '../words/doctor.js';
import { formatErrorText } from '../words/error-text.js';

/** `info`: nothing to do; `skipped`: not tried, and therefore not known. */
export type CheckStatus = 'ok' | 'info' | 'skipped' | 'problem';

/** One thing that was looked at. */
export interface Check {
  /** What it belongs to: `machine`, `configuration`, or a provider's id. */
  readonly area: string;
  readonly name: Bilingual;
  readonly status: CheckStatus;
  /** What was found, one phrase. */
  readonly found: Bilingual;
  /** What to change, where something has to be. */
  readonly advice?: Bilingual;
  /** It was a sandbox that answered. */
  readonly sandbox?: true;
}

/** A failure as somebody who looks for its cause wants it: what the upstream said, then what to do. */
export function toProblem(
  area: string,
  name: Bilingual,
  thrown: unknown,
  providers: readonly Provider[] = [],
): Check {
  const error = toBijiaError(thrown);
  const advice = { en: error.message, zh: formatErrorText(error, 'zh', providers) };
  return { area, name, status: 'problem', found: describeFailure(error), advice };
}

/** With the upstream's own words, and its id of the call for its support. */
function describeFailure({ code, detail, receipt }: BijiaError): Bilingual {
  const said =
    receipt?.said !== undefined && !detail?.includes(receipt.said) ? `"${receipt.said}"` : undefined;
  const { trace } = receipt ?? {};
  return say(({ failure, call }) => {
    const facts = [detail, said, trace === undefined ? undefined : call(trace)];
    return failure(
      code.replaceAll('_', ' '),
      facts.filter((fact) => fact !== undefined),
    );
  });
}

/** Changes the texts of a check in every language. */
export function mapTexts(check: Check, change: (text: string) => string): Check {
  const both = ({ en, zh }: Bilingual): Bilingual => ({ en: change(en), zh: change(zh) });
  const { found, advice } = check;
  return { ...check, found: both(found), ...(advice && { advice: both(advice) }) };
}

/** As programs read it, and as it is shown to others: in English. */
export function formatCheck({ name, found, advice, ...check }: Check) {
  const { area, status, sandbox } = check;
  return {
    ...{ area, name: name.en, status, found: found.en },
    ...(advice && { advice: advice.en }),
    ...(sandbox && { sandbox }),
  };
}
