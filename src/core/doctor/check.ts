import { type BijiaError, toBijiaError } from '../errors.js';

/** `info`: nothing to do; `skipped`: not tried, and therefore not known. */
export type CheckStatus = 'ok' | 'info' | 'skipped' | 'problem';

/** One thing that was looked at. */
export interface Check {
  /** What it belongs to: `machine`, `configuration`, or a provider's id. */
  readonly area: string;
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, one phrase. */
  readonly found: string;
  /** What to change, where something has to be. */
  readonly advice?: string;
  /** It was a sandbox that answered. */
  readonly sandbox?: true;
}

/** A failure as somebody who looks for its cause wants it: what the upstream said, then what to do. */
export function toProblem(area: string, name: string, thrown: unknown): Check {
  const error = toBijiaError(thrown);
  return { area, name, status: 'problem', found: describeFailure(error), advice: error.message };
}

/** With the upstream's own words, and its id of the call for its support. */
function describeFailure({ code, detail, receipt }: BijiaError): string {
  const said =
    receipt?.said !== undefined && !detail?.includes(receipt.said) ? `"${receipt.said}"` : undefined;
  const trace = receipt?.trace === undefined ? undefined : `call ${receipt.trace}`;
  const facts = [detail, said, trace].filter((fact) => fact !== undefined);
  return facts.length === 0
    ? code.replaceAll('_', ' ')
    : `${code.replaceAll('_', ' ')} (${facts.join('; ')})`;
}
