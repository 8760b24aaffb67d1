import { listSupported } from '../../config.js';
import type { Core } from '../../core.js';
import { BijiaError, toBijiaError } from '../../errors.js';
import { assertProductRef, getMarketplace, type NotedRef } from '../../links/reference.js';
import type { BatchRef } from '../reference-table.js';
import type { InputLine, InputText } from './lines.js';

/** What one text asks for: products, and what looks like one and is refused; at least one of them. */
export type Recognise = (text: InputText) => readonly (BatchRef | BijiaError)[];

/** What a person says of bare ids. */
interface Whose {
  readonly platform?: string;
  /** The same where nothing else says it. */
  readonly openPlatform?: string;
}

/** Reads the texts of an input as the core reads a pasted one. */
export function createRecognise(
  { config, marketplaces, parseEntry }: Pick<Core, 'config' | 'marketplaces' | 'parseEntry'>,
  { platform, openPlatform }: Whose = {},
): Recognise {
  const reach = { supported: listSupported(config), withShops: listSupported(config, 'shop') };
  const toBatchRef = (ref: NotedRef): BatchRef => {
    assertProductRef(ref, getMarketplace(ref.platform, marketplaces), reach);
    if (ref.kind === 'product' && ref.id !== null) {
      return { platform: ref.platform, kind: 'product', id: ref.id, idType: ref.idType };
    }
    return { platform: ref.platform, kind: 'short', id: ref.url };
  };
  const read = (reading: NotedRef | BijiaError): BatchRef | BijiaError => {
    try {
      return reading instanceof BijiaError ? reading : toBatchRef(reading);
    } catch (error) {
      return toBijiaError(error);
    }
  };
  return ({ given, text = given, platformHint }) =>
    parseEntry(text, { platform, hint: platformHint || (openPlatform ?? platformHint) }).map(read);
}

/** A product that a text of a line names, or what is wrong with it. */
export interface Reading<R> {
  readonly given: string;
  readonly reading: R | BijiaError;
}

/**
 * What a line asks for: all of the first rank in which a product is named; of a line that names none, what is wrong.
 * Empty for a line without any text.
 */
export function readRanks<R extends BatchRef | NotedRef>(
  ranks: InputLine['ranks'],
  recognise: (text: InputText) => readonly (R | BijiaError)[],
): Reading<R>[] {
  const errors: Reading<R>[] = [];
  for (const rank of ranks) {
    const readings = readRank(rank, recognise);
    if (readings.every(isProduct) && readings.length > 0) return readings;
    if (readings.some(isProduct))
      return readings.filter((one) => isProduct(one) || isWorthSaying(one.reading));
    errors.push(...readings);
  }
  // Each of several ids may be wrong in its own way; that a line names nothing at all is said once.
  const ofIds = errors.filter(({ reading }) => 'code' in reading && ID_TROUBLES.includes(reading.code));
  return ofIds.length > 0 ? ofIds : errors.slice(0, 1);
}

const isProduct = ({ reading }: Reading<object>) => !(reading instanceof BijiaError);

const ID_TROUBLES = ['platform_needed', 'rounded_id', 'not_an_id'];

/** Next to a product, a cell without one is a note or a link elsewhere; what is lost or not supported is not. */
const isWorthSaying = (reading: object) =>
  !('code' in reading && (reading.code === 'not_recognised' || reading.code === 'not_a_marketplace'));

function readRank<R extends BatchRef | NotedRef>(
  rank: readonly InputText[],
  recognise: (text: InputText) => readonly (R | BijiaError)[],
): Reading<R>[] {
  const [first, ...more] = rank;
  if (!first) return [];
  const readings =
    more.length === 0 ? readText(first, recognise) : rank.flatMap((text) => readText(text, recognise));
  if (readings.length < 2) return readings;
  const seen = new Set<string>();
  return readings.filter(({ reading }) => {
    if (reading instanceof BijiaError) return true;
    const key = JSON.stringify([reading.platform, reading.kind, reading.idType, reading.id]);
    return !seen.has(key) && seen.add(key);
  });
}

function readText<R extends BatchRef | NotedRef>(
  text: InputText,
  recognise: (text: InputText) => readonly (R | BijiaError)[],
): Reading<R>[] {
  const readings = recognise(text).map((reading) => ({ given: text.given, reading }));
  return text.isLinkOnly ? readings.filter(isProduct) : readings;
}
