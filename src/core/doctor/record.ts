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
const PERSONAL_FIELD = new RegExp(
  [
    /nick|user|buyer|consign|receiver|author|avatar|contact|linkman|legal_?person|real_?name|owner|id_?card/,
    /mobile|phone|(?:^|_)tel$|telephone|fax|wechat|weixin|^(?:wx|vx)$|^qq|e?mail|address|_addr$|kefu|license/,
    /open_?id|union_?id|app_?key|client_?id|^p_?id$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);
/** The same where words begin with capital letters. */
const PERSONAL_WORD = /(?:Tel|Addr)$/;
/** What is removed from texts, each with what may stand before it and stays. */
const PERSONAL_TEXTS = [
  // Mobile numbers of mainland China.
  /()(?<!\d)(?:(?:\+|00)?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2}(?!\d)/g,
  // Fixed lines, and those of services.
  /()(?<![\d-])(?:\(0\d{2,3}\)\s?|0\d{2,3}-)\d{7,8}(?!\d)/g,
  /()(?<![\d-])400-\d{3,4}-\d{3,4}(?![\d-])/g,
  /()[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /((?:微信号?|wechat|\bvx|\bwx|QQ群?号?)\s*(?:[:：]\s*|(?<=\s)))(?:[a-z][\w-]{4,19}|\d{5,12})/gi,
  // The account, in links that earn it a commission.
  /((?:[?&]|%3F|%26)(?:p_?id|(?:sub_?)?union_?id|open_?id|app_?key|client_?id)(?:=|%3D))[^&#%\s"]+/gi,
];
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
      removeFromText(name),
      PERSONAL_FIELD.test(name) || PERSONAL_WORD.test(name) ? blank(one) : removePersons(one),
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
  if (/^[\d,;|:\s]*$/.test(text)) return text;
  return PERSONAL_TEXTS.reduce((kept, personal) => kept.replace(personal, `$1${REMOVED}`), text);
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
