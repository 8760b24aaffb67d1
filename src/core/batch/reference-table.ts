import { createHash } from 'node:crypto';

/** What a line asks for. */
export interface BatchRef {
  /** Marketplace id. */
  readonly platform: string;
  readonly kind: 'product' | 'short';
  /** The product's id; for a short link, which hides it, the link. */
  readonly id: string;
  /** Absent for the marketplace's ordinary id. */
  readonly idType?: string | undefined;
}

/** A million references in 25 MB: numbers in typed arrays, everything else as bytes in pages. */
export interface ReferenceTable {
  readonly size: number;
  /** @returns the index of the reference, the same for the same reference */
  readonly add: (ref: BatchRef) => number;
  /** @throws RangeError beyond the size */
  readonly at: (index: number) => BatchRef;
  /** Index of the reference's sort: those with equal platform, kind and id type. */
  readonly sortAt: (index: number) => number;
  /** The sorts in order of appearance. */
  readonly sorts: readonly ReferenceSort[];
  /** Of all references in order. */
  readonly hash: () => string;
  /** Gives back the memory that only adding needs; nothing can be added any more. */
  readonly seal: () => void;
}

export interface ReferenceSort extends Omit<BatchRef, 'id'> {
  count: number;
}

/** Longest run of digits that always fits into 64 bits. */
const NUMBER = /^[1-9]\d{0,18}$/;

export function createReferenceTable(): ReferenceTable {
  const sorts: (ReferenceSort & { readonly isNumeric: boolean })[] = [];
  const columns = createColumns((sort) => sorts[sort]?.isNumeric ?? false);
  const slots = createSlots((index) => hashText(columns.idAt(index), columns.sortAt(index)));
  const hash = createHash('sha256');
  let isSealed = false;

  const findSort = ({ platform, kind, id, idType }: BatchRef): number => {
    const isNumeric = NUMBER.test(id);
    const known = sorts.findIndex(
      (sort) =>
        sort.isNumeric === isNumeric &&
        sort.platform === platform &&
        sort.kind === kind &&
        sort.idType === idType,
    );
    if (known >= 0) return known;
    if (sorts.length > 255) throw new RangeError('too many kinds of ids');
    return sorts.push({ platform, kind, idType, isNumeric, count: 0 }) - 1;
  };

  const add = (ref: BatchRef): number => {
    if (isSealed) throw new RangeError('the table is sealed');
    const at = findSort(ref);
    const matches = (index: number) => columns.sortAt(index) === at && columns.idAt(index) === ref.id;
    const known = slots.findOrAdd(hashText(ref.id, at), matches, columns.size());
    const sort = sorts[at];
    if (known !== undefined || !sort) return known ?? -1;
    sort.count += 1;
    hash.update(`${ref.platform}\t${ref.kind}\t${ref.idType ?? ''}\t${ref.id}\n`);
    return columns.push(at, ref.id);
  };

  return {
    get size() {
      return columns.size();
    },
    sorts,
    add,
    at: (index) => {
      const sort = sorts[columns.sortAt(index)];
      if (index >= columns.size() || !sort) throw new RangeError(`there is no reference ${index}`);
      return { platform: sort.platform, kind: sort.kind, id: columns.idAt(index), idType: sort.idType };
    },
    sortAt: columns.sortAt,
    hash: () => hash.copy().digest('hex'),
    seal: () => {
      isSealed = true;
      slots.clear();
    },
  };
}

/** Sorts and ids by index: numbers as they are, other ids by their place among the texts. */
function createColumns(isNumeric: (sort: number) => boolean) {
  const texts = createTextPages();
  let values = new BigUint64Array(1024);
  let sorts = new Uint8Array(1024);
  let size = 0;
  const grow = () => {
    const smaller = { values, sorts };
    values = new BigUint64Array(size * 2);
    values.set(smaller.values);
    sorts = new Uint8Array(size * 2);
    sorts.set(smaller.sorts);
  };
  return {
    size: () => size,
    sortAt: (index: number): number => sorts[index] ?? 0,
    idAt: (index: number): string => {
      const value = values[index] ?? 0n;
      return isNumeric(sorts[index] ?? 0) ? String(value) : texts.read(Number(value));
    },
    /** @returns the index */
    push: (sort: number, id: string): number => {
      if (size >= values.length) grow();
      values[size] = isNumeric(sort) ? BigInt(id) : BigInt(texts.write(id));
      sorts[size] = sort;
      size += 1;
      return size - 1;
    },
  };
}

/** Finds indexes by hash, by open addressing: a slot holds an index + 1. */
function createSlots(hashAt: (index: number) => number) {
  let slots = new Int32Array(4096);
  let used = 0;
  const probe = (hash: number, matches: (index: number) => boolean): number => {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] ?? 0) - 1;
      if (index < 0 || matches(index)) return slot;
    }
  };
  const grow = () => {
    const smaller = slots;
    slots = new Int32Array(smaller.length * 2);
    for (const entry of smaller) {
      if (entry > 0) slots[probe(hashAt(entry - 1), () => false)] = entry;
    }
  };
  return {
    /** @returns the index that matches; undefined when `index` was entered instead */
    findOrAdd: (hash: number, matches: (index: number) => boolean, index: number): number | undefined => {
      if (used * 2 >= slots.length) grow();
      const slot = probe(hash, matches);
      const known = slots[slot] ?? 0;
      if (known > 0) return known - 1;
      slots[slot] = index + 1;
      used += 1;
      return undefined;
    },
    clear: () => {
      slots = new Int32Array(1);
    },
  };
}

/** FNV-1a, spread once more because ids differ mostly in their last digits. */
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
