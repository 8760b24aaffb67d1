import { BijiaError, InputError, toBijiaError, UnsupportedError } from '../errors.js';
import type { Ref } from '../product/product.js';
import { type BareId, isBarcode, parseBareIds, ROUNDED } from './bare-ids.js';
import { parseRefs } from './link-parser.js';
import { type NotedRef, parseBareId, type ReferenceOptions } from './reference.js';
import { findShareCode, findUnopenable } from './share-code.js';

/**
 * The products that one entry of a list, one message or one cell names: its links, else its bare ids (see
 * {@link parseBareIds}). In a list of links and ids both count. Shops and other pages count only where nothing else is
 * named, so that the reader learns why. Each once, in order; what looks like an id and is none comes as its error.
 */
export function parseEntry(text: string, options: ReferenceOptions): (NotedRef | BijiaError)[] {
  const refs = options.readRefs?.(text) ?? parseRefs(text, options.marketplaces);
  if (refs.length === 0) return parseIdsOf(text, options);
  const products = refs.every(isProduct) ? refs : refs.filter(isProduct);
  if (products.length === 0) return refs;
  if (!SEPARATOR.test(text)) return products;
  return parseMixedList(text, options) ?? products;
}

/** What divides a list of links and ids. */
const SEPARATOR = /[\s,，、;；]+/;

const isProduct = ({ kind }: Ref) => kind === 'product' || kind === 'short';

function parseIdsOf(text: string, options: ReferenceOptions): (NotedRef | BijiaError)[] {
  const [opener] = options.openers ?? [];
  const code = opener && findShareCode(text);
  if (code) return [{ platform: opener.id, kind: 'short', id: null, url: code }];
  const unopenable = findUnopenable(text, options.marketplaces);
  if (unopenable) return [new UnsupportedError(unopenable, { code: 'cannot_be_opened' })];
  const ids = dropVariants(parseBareIds(text, options.marketplaces), options.platform ?? options.hint);
  // The refusal of a text without any says what is accepted.
  if (ids.length === 0) return [tryBareId({ text: text.trim() }, options)];
  return dropRepeats(ids.map((id) => tryBareId(id, options)));
}

/**
 * Ids of variants next to that of their product are not products of their own, but for a marketplace whose products they
 * are: where that one is asked for, they are meant.
 */
function dropVariants(ids: readonly BareId[], platform: string | undefined): readonly BareId[] {
  const isVariant = ({ label }: BareId) => label === 'variant';
  if (!ids.some(isVariant) || !ids.some(({ label }) => label === 'product')) return ids;
  const isMeant = platform !== undefined && ids.some((id) => isVariant(id) && id.platform === platform);
  return ids.filter(({ label }) => label !== (isMeant ? 'product' : 'variant'));
}

/** A text of links and ids with nothing else in it; undefined for any other. */
function parseMixedList(text: string, options: ReferenceOptions): (NotedRef | BijiaError)[] | undefined {
  const pieces = text.split(SEPARATOR).filter(Boolean);
  if (!pieces.some((piece) => /^\d{6,}$/.test(piece))) return undefined;
  const readings = pieces.map((piece) => {
    const refs = parseRefs(piece, options.marketplaces).filter(isProduct);
    if (refs.length > 0) return refs;
    return /^[\w-]{6,}$/.test(piece)
      ? parseBareIds(piece, options.marketplaces).map((id) => tryBareId(id, options))
      : [];
  });
  return readings.every(({ length }) => length > 0) ? dropRepeats(readings.flat()) : undefined;
}

function tryBareId({ text, platform }: BareId, options: ReferenceOptions): NotedRef | BijiaError {
  try {
    const whole = /^(\d+)\.0+$/.exec(text)?.[1] ?? spellOut(text);
    if (whole === undefined && ROUNDED.test(text)) throw createRoundedError(text, 'to scientific notation');
    if (whole !== undefined && whole.length > MAX_EXACT_DIGITS)
      throw createRoundedError(text, 'to 15 digits or so');
    if (isBarcode(text)) {
      throw new InputError(`${text} is a bar code, not a product ID. Give the product's link or ID.`, {
        code: 'not_an_id',
        facts: { id: text },
      });
    }
    const whose = options.platform ?? platform ?? (options.hint || undefined);
    return parseBareId(whole ?? text, { ...options, platform: whose }, 'product');
  } catch (error) {
    return toBijiaError(error);
  }
}

/** A number in scientific notation that has all its digits. */
function spellOut(text: string): string | undefined {
  const [, first = '', fraction = '', exponent] = /^([1-9])\.(\d+)e\+?(\d{1,2})$/i.exec(text) ?? [];
  return fraction.length === Number(exponent) ? first + fraction : undefined;
}

/** More were rounded to fit a floating point number. */
const MAX_EXACT_DIGITS = 15;

function createRoundedError(text: string, how: string): InputError {
  return new InputError(
    `A spreadsheet rounded this ID ${how}, and its digits are lost. Format the column as text, enter the IDs again and save.`,
    { code: 'rounded_id', facts: { text } },
  );
}

function dropRepeats(readings: readonly (NotedRef | BijiaError)[]): (NotedRef | BijiaError)[] {
  const seen = new Set<string>();
  return readings.filter((reading) => {
    if (reading instanceof BijiaError) return true;
    const key = JSON.stringify([reading.platform, reading.kind, reading.idType, reading.id ?? reading.url]);
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * The products that a text names; see {@link parseEntry}.
 * @throws InputError that says what is accepted; UnsupportedError for what can never be opened
 */
export function parseProductRefs(text: string, options: ReferenceOptions): NotedRef[] {
  const readings = parseEntry(text, options);
  const refs = readings.filter((reading): reading is NotedRef => !(reading instanceof BijiaError));
  if (refs.length === 0) throw readings[0];
  return refs;
}
