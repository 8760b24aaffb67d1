import { createDice, type SandboxSample } from '../../../simulation/upstream.js';
import { findGoods as findAnyGoods, GOODS_SAMPLES } from '../../pdd/sandbox/catalogue.js';
import type { SandboxGoods } from '../../pdd/sandbox/generate.js';

/** How many products a search goes through: those varied by hand, then generated ones. */
const SHELF_SIZE = 300;
const FIRST_GENERATED = 300_100_001;
/** What a search finds that no title fits: as sites do, something near by. */
const FOUND_OTHERWISE = 40;

/** Takes no part in the promotion programme, as every id that ends so; other upstreams know it. */
const isPromoted = (id: string) => !id.endsWith('777');
export const isHiddenId = (id: string) => id.endsWith('0888');
/** A search for its link finds others before it. */
export const isCrowdedId = (id: string) => id.endsWith('0666');

/** What takes part in the promotion programme. */
export function findGoods(id: string): SandboxGoods | undefined {
  return isPromoted(id) ? findAnyGoods(id) : undefined;
}

/** Ids for words: those whose title holds one of them, else some that follow from the words. */
export function searchIds(words: string): string[] {
  if (words.includes('没有这种东西')) return [];
  const wanted = words.split(/\s+/).filter(Boolean);
  const shelf = listShelf();
  const fitting = shelf.filter((id) => {
    const title = String(findGoods(id)?.['goods_name'] ?? '');
    return wanted.some((word) => title.includes(word));
  });
  if (fitting.length > 0) return fitting;
  const first = createDice(`search ${words}`).whole(0, SHELF_SIZE - FOUND_OTHERWISE);
  return shelf.slice(first, first + FOUND_OTHERWISE);
}

function listShelf(): string[] {
  const varied = GOODS_SAMPLES.map(({ id }) => id).filter((id) => findGoods(id) !== undefined);
  const generated = Array.from({ length: SHELF_SIZE }, (_, at) => String(FIRST_GENERATED + at * 13));
  const usable = generated.filter((id) => findGoods(id) !== undefined && !isHiddenId(id));
  return [...varied, ...usable].slice(0, SHELF_SIZE);
}

const [RECORDED] = GOODS_SAMPLES;

export const SAMPLES: readonly SandboxSample[] = [
  { kind: 'product', id: RECORDED?.id ?? '8420152864', about: 'a promoted product' },
  { kind: 'product', id: '300010777', about: 'takes no part in the promotion programme' },
  { kind: 'product', id: '300010888', about: 'hidden by risk control: no name, price 0' },
  { kind: 'product', id: '300010666', about: 'a search for its link finds several products' },
];
