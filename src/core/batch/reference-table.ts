import { createTextHash } from './text-hash.js';

/** What a line asks for. */
export interface BatchRef {
  /** Marketplace id. */
  readonly platform: string;
  readonly kind: 'product' | 'short';
  /** The product's id; for a short link, which hides it, the link. */
  readonly id: string;
  /** Absent for the marketplace's ordinary id. */
  readonly idType?: string;
}

/**
 * A million references in 25 MB: numbers in typed arrays, everything else as bytes in pages.
 *
 * Example: a list names the id `100012043978`, an opaque one, and the first one again. The first is kept as its type, one byte,
 * and two halves of a number, eight; the second as its type and the place of its text in a page. The third line gets the index of
 * the first: it is found by its hash, and asked for once.
 */
export interface ReferenceTable {
  readonly size: number;
  /** @returns the index of the reference, the same for the same reference */
  readonly add: (ref: BatchRef) => number;
  /** @throws RangeError beyond the size */
  readonly at: (index: number) => BatchRef;
  /** Index of the reference's type: those with equal platform, kind and id type. */
  readonly typeAt: (index: number) => number;
  /** The types in order of appearance. */
  readonly refTypes: readonly RefType[];
  /** A hash of all references in order. */
  readonly hash: () => string;
  /** Gives back the memory that only adding needs; nothing can be added any more. */
  readonly seal: () => void;
}

export interface RefType extends Omit<BatchRef, 'id'> {
  count: number;
}

/** Longest run of digits that always fits into 64 bits. */
const NUMBER = /^[1-9]\d{0,18}$/;

/** An empty table, to be filled and then sealed. */
export function createReferenceTable(): ReferenceTable {
  const refTypes: (RefType & { readonly isNumeric: boolean })[] = [];
  const columns = createColumns((type) => refTypes[type]?.isNumeric ?? false);
  const slots = createSlots();
  let isSealed = false;

  const getTypeIndex = ({ platform, kind, id, idType }: BatchRef): number => {
    const isNumeric = NUMBER.test(id);
    for (let at = 0; at < refTypes.length; at += 1) {
      const type = refTypes[at];
      const isSame = type?.platform === platform && type.kind === kind && type.idType === idType;
      if (isSame && type.isNumeric === isNumeric) return at;
    }
    if (refTypes.length > 255) throw new RangeError('too many kinds of ids');
    return refTypes.push({ platform, kind, idType, isNumeric, count: 0 }) - 1;
  };

  const add = (ref: BatchRef): number => {
    if (isSealed) throw new RangeError('the table is sealed');
    const at = getTypeIndex(ref);
    const matches = (index: number) => columns.typeAt(index) === at && columns.idAt(index) === ref.id;
    const known = slots.findOrAdd(hashText(ref.id, at), matches, columns.size());
    const type = refTypes[at];
    if (known !== undefined || !type) return known ?? -1;
    type.count += 1;
    return columns.push(at, ref.id);
  };

  const at = (index: number): BatchRef => {
    const type = refTypes[columns.typeAt(index)];
    if (index >= columns.size() || !type) throw new RangeError(`there is no reference ${index}`);
    return { platform: type.platform, kind: type.kind, id: columns.idAt(index), idType: type.idType };
  };

  return {
    get size() {
      return columns.size();
    },
    refTypes,
    add,
    at,
    typeAt: columns.typeAt,
    hash: () => {
      const hash = createTextHash();
      for (let index = 0; index < columns.size(); index += 1) {
        const { platform, kind, idType = '', id } = at(index);
        hash.add(`${platform}\t${kind}\t${idType}\t${id}\n`);
      }
      return hash.digest();
    },
    seal: () => {
      isSealed = true;
      slots.clear();
    },
  };
}

const HALF = 2 ** 32;
/** Digits of which a JavaScript number keeps each. */
const EXACT_DIGITS = 15;
/** The upper half of a number that a JavaScript number holds exactly. */
const EXACT_HIGH = Number.MAX_SAFE_INTEGER / HALF;

/** Types and ids by index: numbers as two halves of 32 bits, other ids by their place among the texts. */
function createColumns(isNumeric: (type: number) => boolean) {
  const texts = createTextPages();
  let halves = new Uint32Array(2048);
  let types = new Uint8Array(1024);
  let size = 0;
  const grow = () => {
    const smaller = { halves, types };
    halves = new Uint32Array(size * 4);
    halves.set(smaller.halves);
    types = new Uint8Array(size * 2);
    types.set(smaller.types);
  };
  const setValue = (index: number, value: number) => {
    halves[index * 2] = Math.floor(value / HALF);
    halves[index * 2 + 1] = value % HALF;
  };
  const setDigits = (index: number, digits: string) => {
    if (digits.length <= EXACT_DIGITS) return setValue(index, Number(digits));
    const value = BigInt(digits);
    halves[index * 2] = Number(value >> 32n);
    halves[index * 2 + 1] = Number(value & 0xffffffffn);
  };
  return {
    size: () => size,
    typeAt: (index: number): number => types[index] ?? 0,
    idAt: (index: number): string => {
      const high = halves[index * 2] ?? 0;
      const low = halves[index * 2 + 1] ?? 0;
      if (high >= EXACT_HIGH) return String((BigInt(high) << 32n) | BigInt(low));
      const value = high * HALF + low;
      return isNumeric(types[index] ?? 0) ? String(value) : texts.read(value);
    },
    /** @returns the index */
    push: (type: number, id: string): number => {
      if (size >= types.length) grow();
      if (isNumeric(type)) setDigits(size, id);
      else setValue(size, texts.write(id));
      types[size] = type;
      size += 1;
      return size - 1;
    },
  };
}

/** Finds indexes by hash, by open addressing: a slot holds an index + 1. */
function createSlots() {
  let slots = new Int32Array(4096);
  /** By index, so that other references are hardly ever looked at, and none when it grows. */
  let hashes = new Uint32Array(2048);
  let used = 0;
  const probe = (hash: number, matches: (index: number) => boolean): number => {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] ?? 0) - 1;
      if (index < 0 || (hashes[index] === hash && matches(index))) return slot;
    }
  };
  const grow = () => {
    const smaller = { slots, hashes };
    slots = new Int32Array(smaller.slots.length * 2);
    hashes = new Uint32Array(smaller.hashes.length * 2);
    hashes.set(smaller.hashes);
    for (let index = 0; index < used; index += 1) slots[probe(hashes[index] ?? 0, () => false)] = index + 1;
  };
  return {
    /**
     * @param index the one behind the last that was entered
     * @returns the index that matches; undefined when `index` was entered instead
     */
    findOrAdd: (hash: number, matches: (index: number) => boolean, index: number): number | undefined => {
      if (used * 2 >= slots.length) grow();
      const slot = probe(hash, matches);
      const known = slots[slot] ?? 0;
      if (known > 0) return known - 1;
      slots[slot] = index + 1;
      hashes[index] = hash;
      used += 1;
      return undefined;
    },
    clear: () => {
      slots = new Int32Array(1);
      hashes = new Uint32Array(1);
    },
  };
}

/** FNV-1a, mixed again because ids differ mostly in their last digits. */
function hashText(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const PAGE_BYTES = 2 ** 20;

/** Texts of any length one after another, found again by their offset; no copying when it grows. */
function createTextPages() {
  const pages: Buffer[] = [];
  let used = 0;
  return {
    write: (text: string): number => {
      const bytes = Buffer.from(text);
      if (bytes.length + 4 > PAGE_BYTES) throw new RangeError('the id is too long');
      if (pages.length === 0 || used + bytes.length + 4 > PAGE_BYTES) {
        pages.push(Buffer.allocUnsafeSlow(PAGE_BYTES));
        used = 0;
      }
      const page = pages.at(-1);
      const offset = (pages.length - 1) * PAGE_BYTES + used;
      page?.writeUInt32LE(bytes.length, used);
      page?.set(bytes, used + 4);
      used += bytes.length + 4;
      return offset;
    },
    read: (offset: number): string => {
      const page = pages[Math.floor(offset / PAGE_BYTES)];
      const start = offset % PAGE_BYTES;
      return page?.toString('utf8', start + 4, start + 4 + page.readUInt32LE(start)) ?? '';
    },
  };
}
