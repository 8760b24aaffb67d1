import type { HeardAnswer } from '../provider.js';

/** One real answer, fit to be shown to strangers and to stand among the fixtures. */
export interface RecordedAnswer {
  /** Provider id. */
  readonly provider: string;
  /** The upstream's method name. */
  readonly call: string;
  readonly answer: unknown;
  /** It was a sandbox that answered: nothing to learn from. */
  readonly sandbox?: true;
}

/** Fields about people, about how to reach a shop, and about the account that asked. */
const PERSONAL_FIELD =
  /nick|user|buyer|consign|receiver|author|avatar|contact|mobile|phone|telephone|^tel$|wechat|weixin|^qq|e?mail|address|real_?name|owner|license|open_?id|union_?id|app_?key|client_?id|^p_?id$/i;
/** The same inside texts: mobile numbers of mainland China, and e-mail addresses. */
const PERSONAL_TEXT = /(?<!\d)1[3-9]\d{9}(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const REMOVED = '[removed]';

/**
 * An answer as it came but for people: every field stays, with its type where that tells something, so that anyone who
 * reads it sees the true shape. Secrets were taken out where the answer came in.
 * @returns undefined for an answer that is not JSON
 */
export function toRecordedAnswer(
  provider: string,
  { call, raw }: HeardAnswer,
  isSandbox = false,
): RecordedAnswer | undefined {
  if (raw === undefined) return undefined;
  return { provider, call, ...(isSandbox && { sandbox: true }), answer: removePersons(raw) };
}

function removePersons(value: unknown): unknown {
  if (typeof value === 'string') return removeFromText(value);
  if (Array.isArray(value)) return value.map(removePersons);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      PERSONAL_FIELD.test(name) ? blank(one) : removePersons(one),
    ]),
  );
}

/** Some upstreams put JSON into a text. */
function removeFromText(text: string): string {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.stringify(removePersons(JSON.parse(text)));
    } catch {
      // It only looked like JSON.
    }
  }
  // Numbers alone are ids, unless the field says otherwise: one of a variant may look like a telephone's.
  return /^[\d,;|:\s]*$/.test(text) ? text : text.replace(PERSONAL_TEXT, REMOVED);
}

function blank(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : REMOVED;
  if (typeof value === 'number') return 0;
  if (Array.isArray(value)) return value.map(blank);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, blank(one)]));
}

/** The name of the file that holds one: of the provider, the call, and which one it was. */
export function toRecordName({ provider, call }: RecordedAnswer, count: number): string {
  return `${provider}-${call.replace(/[^\w.-]+/g, '_')}-${count}.json`;
}
