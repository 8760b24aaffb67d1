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
}

export interface ReferenceSort extends Omit<BatchRef, 'id'> {
  count: number;
}

const PAGE_BYTES = 2 ** 20;
/** Longest run of digits that always fits into 64 bits. */
const NUMBER = /^[1-9]\d{0,18}$/;

export function createReferenceTable(): ReferenceTable {
  const sorts: (ReferenceSort & { readonly key: string; readonly numeric: boolean })[] = [];
  const texts = createTextPages();
  const hash = createHash('sha256');
  let values = new BigUint64Array(1024);
  let sortOf = new Uint8Array(1024);
  let slots = new Int32Array(4096);
  let size = 0;

  const findSort = ({ platform, kind, id, idType }: BatchRef): number => {
    const numeric = NUMBER.test(id);
    const key = JSON.stringify([platform, kind, idType, numeric]);
    const known = sorts.findIndex((sort) => sort.key === key);
    if (known >= 0) return known;
    if (sorts.length > 255) throw new RangeError('too many kinds of ids');
    return sorts.push({ platform, kind, idType, key, numeric, count: 0 }) - 1;
  };

  const idAt = (index: number): string => {
    const value = values[index] ?? 0n;
    return sorts[sortOf[index] ?? 0]?.numeric ? String(value) : texts.read(Number(value));
  };

  /** Open addressing; a slot holds an index + 1. @returns the slot of the reference, or the free one for it */
  const findSlot = (sort: number, id: string): number => {
    const mask = slots.length - 1;
    for (let slot = hashText(id, sort) & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] ?? 0) - 1;
      if (index < 0 || (sortOf[index] === sort && idAt(index) === id)) return slot;
    }
  };

  const grow = () => {
    if (size >= values.length) {
      const [smallerValues, smallerSorts] = [values, sortOf];
      values = new BigUint64Array(size * 2);
      values.set(smallerValues);
      sortOf = new Uint8Array(size * 2);
      sortOf.set(smallerSorts);
    }
    if (size * 2 < slots.length) return;
    slots = new Int32Array(slots.length * 2);
    for (let index = 0; index < size; index += 1) {
      slots[findSlot(sortOf[index] ?? 0, idAt(index))] = index + 1;
    }
  };

  const add = (ref: BatchRef): number => {
    const at = findSort(ref);
    const sort = sorts[at];
    const slot = findSlot(at, ref.id);
    const known = slots[slot] ?? 0;
    if (known > 0 || !sort) return known - 1;
    values[size] = sort.numeric ? BigInt(ref.id) : BigInt(texts.write(ref.id));
    sortOf[size] = at;
    sort.count += 1;
    hash.update(`${ref.platform}\t${ref.kind}\t${ref.idType ?? ''}\t${ref.id}\n`);
    size += 1;
    slots[slot] = size;
    grow();
    return size - 1;
  };

  return {
    get size() {
      return size;
    },
    sorts,
    add,
    at: (index) => {
      const sort = sorts[sortOf[index] ?? 0];
      if (index >= size || !sort) throw new RangeError(`there is no reference ${index}`);
      return { platform: sort.platform, kind: sort.kind, id: idAt(index), idType: sort.idType };
    },
    sortAt: (index) => sortOf[index] ?? 0,
    hash: () => hash.copy().digest('hex'),
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
