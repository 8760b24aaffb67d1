import { decodeHTML } from 'entities/decode';
import { isHostOf, type Marketplace } from '../marketplace.js';
import { removeUnseen } from '../text/unseen.js';
import type { Count, CountText, Note, Price, PriceKind, Sku } from './product.js';

const MAX_FEN = 10 ** 13;

/**
 * Decimal yuan, as number or text, to integer fen, read as decimal text and never through a float product.
 * Undefined for everything that is not a positive amount: upstreams write 0, -1, "" or [] for "no such price", and
 * mask digits ("5??9").
 */
export function parseYuan(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value)
    .trim()
    .replace(/^[¥￥]\s*/, '');
  const match = /^(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d*))?$/.exec(text);
  if (!match?.[1]) return undefined;
  const decimals = (match[2] ?? '').padEnd(3, '0');
  const roundUp = Number(decimals[2]) >= 5 ? 1 : 0;
  const fen = Number(match[1].replaceAll(',', '')) * 100 + Number(decimals.slice(0, 2)) + roundUp;
  return fen > 0 && fen <= MAX_FEN ? fen : undefined;
}

/** Integer fen, as number or text; undefined for everything that is not a positive amount. */
export function parseFen(value: unknown): number | undefined {
  const digits = parseDigits(value);
  const fen = digits === undefined ? 0 : Number(digits);
  return fen > 0 && fen <= MAX_FEN ? fen : undefined;
}

/** Integer fen as decimal yuan text without superfluous zeros: 1560 is `15.6`. */
export function formatYuan(fen: number): string {
  const text = `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
  return text.replace(/\.?0+$/, '');
}

function parseDigits(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value).trim();
  return /^\d{1,15}$/.test(text) ? text : undefined;
}

/**
 * A whole number of at least 0, as number or as shops write it (5000+, 1万+); undefined for anything else.
 * {@link parseCountText} also says whether it is only the least.
 */
export function parseCount(value: unknown): number | undefined {
  return parseCountText(value)?.count;
}

/** Yes or no as upstreams write it: true, 1, "1", "true", 是 and their opposites; undefined for anything else. */
export function parseFlag(value: unknown): boolean | undefined {
  const text = String(value).trim().toLowerCase();
  if (text === '1' || text === 'true' || text === '是') return true;
  return text === '0' || text === 'false' || text === '否' ? false : undefined;
}

/** A decimal number of at least 0, as number or text; undefined for anything else. */
export function parseDecimal(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value).trim();
  return /^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Digits of an id, as number or text; undefined for anything else, and for a number too large to be exact. */
export function parseIdDigits(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  return /^[1-9]\d{0,19}$/.test(text) ? text : undefined;
}

const COUNT_TEXT =
  /^(?<shop>全店|本店|店铺)?(?:总售|总销量|已拼|已抢|热销|已售|销量|累计)?:?(?<number>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?<decimals>\d+))?(?<unit>[千万亿])?(?<plus>\+)?(?:件|(?<people>人已拼)|已售|条?评价|条)?$/;
const UNIT_ZEROS = { 千: 3, 万: 4, 亿: 8 } as const;

/**
 * Reads a count as shops write it: 已拼10万+件, 全店总售172万+件, 1245人已拼, 1千+; a bare number is one too.
 * Undefined for texts without a number (已售罄, 万人已拼).
 */
export function parseCountText(value: unknown): Count | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  const groups = COUNT_TEXT.exec(text.normalize('NFKC').replace(/\s/g, ''))?.groups;
  const count = groups ? toWholeNumber(groups) : undefined;
  if (!groups || count === undefined) return undefined;
  const atLeast = groups['plus'] !== undefined;
  return {
    count,
    atLeast,
    approximate: !atLeast && groups['unit'] !== undefined,
    scope: groups['shop'] ? 'shop' : groups['people'] ? 'people' : 'item',
    text,
  };
}

/** Whether there are more: shops cut down what they round, so that 1.2万 is 12,000 and more. */
export function isCutDown({ atLeast, approximate }: Count): true | undefined {
  return atLeast || approximate || undefined;
}

/** Reads what shops write about sales; a text without a number (已售罄) is kept as it is. */
export function parseSalesText(value: unknown): CountText | undefined {
  const text = cleanText(value);
  if (text === undefined) return undefined;
  const scope = /全店|本店|店铺/.test(text) ? 'shop' : 'item';
  return parseCountText(text) ?? { atLeast: false, approximate: false, scope, text };
}

/** Shifts the decimal point as text, and rounds: 5.33 万 is 53300 exactly. Fractions without a unit ("3.5") are rejected. */
function toWholeNumber(groups: Record<string, string | undefined>): number | undefined {
  const decimals = groups['decimals'] ?? '';
  const zeros = groups['unit'] ? UNIT_ZEROS[groups['unit'] as keyof typeof UNIT_ZEROS] : 0;
  if (zeros === 0 && decimals !== '') return undefined;
  const whole = (groups['number'] ?? '').replaceAll(',', '') + decimals.slice(0, zeros).padEnd(zeros, '0');
  const count = Number(whole) + (Number(decimals[zeros] ?? 0) >= 5 ? 1 : 0);
  return Number.isSafeInteger(count) ? count : undefined;
}

/** What most texts are made of: Latin and Chinese, where everything is seen. */
const SEEN = /^[\t\n -~\u00a0-\u00ac\u00ae-\u00ff\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff01-\uff60]*$/;

/**
 * Removes what shows nothing, or turns, hides or moves what stands next to it: control, BiDi, zero-width and tag
 * characters, lone surrogates. Keeps ends of lines, tabs, and the joiners inside of emoji.
 */
export const stripUnseen = (text: string): string => (SEEN.test(text) ? text : removeUnseen(text));

/**
 * Makes a stranger's text safe to show on one line: decodes HTML entities first, strips control, zero-width, BiDi
 * and tag characters and lone surrogates, folds white space, keeps CJK and emoji, and caps the length.
 * Undefined when nothing is left.
 */
export function cleanText(value: unknown, maxLength = 200): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const bounded = String(value).slice(0, maxLength * 20);
  // Most texts have no entity, and the table of all of them takes 2 ms to unpack.
  const decoded = bounded.includes('&') ? decodeHTML(bounded) : bounded;
  const text = stripUnseen(decoded.replace(/[\s\u0085]+/g, ' '))
    .replace(/ {2,}/g, ' ')
    .trim();
  const points = text.length > maxLength ? Array.from(text) : [];
  const capped = points.length > maxLength ? `${points.slice(0, maxLength - 1).join('')}…` : text;
  return capped === '' ? undefined : capped;
}

/** The texts of a list that are worth showing, without repeats. */
export function cleanTexts(values: readonly unknown[], maxLength?: number): string[] | undefined {
  const texts = values.map((value) => cleanText(value, maxLength)).filter((text) => text !== undefined);
  return texts.length > 0 ? [...new Set(texts)] : undefined;
}

/** A price of a kind, or nothing where the amount is unknown. Spreads into a list of prices. */
export function toPrices(kind: PriceKind, amountFen: number | undefined, range?: FenRange): Price[] {
  if (amountFen === undefined) return [];
  return [{ kind, amountFen, ...(range && { fromFen: range.fromFen, toFen: range.toFen }) }];
}

export interface FenRange {
  readonly fromFen: number;
  readonly toFen: number;
}

/** The SKUs of a product, each once, as it came first; undefined for none. One without an id is known by its name. */
export function collectSkus(skus: readonly Sku[]): Sku[] | undefined {
  const seen = new Set<string>();
  const each = skus.filter(({ id, specId, name }) => {
    const key = JSON.stringify(id ?? [specId, name]);
    return !seen.has(key) && seen.add(key);
  });
  return each.length > 0 ? each : undefined;
}

/** Says how many rows name a variant that another row has named, whose facts are left out. */
export function noteRepeatedSkus(rows: readonly Sku[], kept: readonly Sku[] | undefined): Note[] {
  const count = rows.length - (kept?.length ?? 0);
  if (count === 0) return [];
  return [
    {
      en: `Variants that come twice, of which the first counts: ${count}`,
      zh: `有 ${count} 个规格重复出现，以第一个为准`,
    },
  ];
}

/** Smallest and largest SKU price of a kind; undefined when no SKU has that kind. */
export function findPriceRange(skus: readonly Sku[] | undefined, kind: PriceKind): FenRange | undefined {
  const amounts = (skus ?? []).flatMap((sku) => sku.prices.filter((price) => price.kind === kind));
  if (amounts.length === 0) return undefined;
  const fens = amounts.map((price) => price.amountFen);
  return { fromFen: Math.min(...fens), toFen: Math.max(...fens) };
}

/**
 * An https address on one of the hosts that may be shown (exact, or `.suffix`), or nothing. `//host/path` and bare hosts
 * are completed.
 */
export function parseShownUrl(value: unknown, hosts: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value.length > 2000) return undefined;
  const text = value.trim();
  const complete = /^https?:\/\//i.test(text) ? text : `https://${text.replace(/^\/\//, '')}`;
  if (!URL.canParse(complete)) return undefined;
  const url = new URL(complete);
  if (url.username !== '' || url.port !== '' || !isHostOf(url.hostname, hosts)) return undefined;
  url.protocol = 'https:';
  return url.href;
}

/** The addresses of a list that may be shown, without repeats. */
export function parseShownUrls(values: readonly unknown[], hosts: readonly string[]): string[] | undefined {
  const urls = values.flatMap((value) => parseShownUrl(value, hosts) ?? []);
  return urls.length > 0 ? [...new Set(urls)] : undefined;
}

/** A note that quotes the upstream, or nothing where it says nothing. @param en stands before its words */
export function toNote(text: string | undefined, en: string, zh: string): Note | undefined {
  return text === undefined ? undefined : { en: `${en} ${text}`, zh: `${zh}${text}` };
}

/** The note for an upstream that answers with another id than it was asked for. */
export function createOtherIdNote(askedId: string, id: string, { names }: Pick<Marketplace, 'names'>): Note {
  return {
    en: `Asked for ${askedId}; ${names.en} answered with ${id}`,
    zh: `查询的是 ${askedId}，${names.zh}返回的是 ${id}`,
  };
}
