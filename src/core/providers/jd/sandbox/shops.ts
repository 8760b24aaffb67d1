import { createDice, type SandboxSample } from '../../../simulation/upstream.js';

/** A simulated shop. */
export interface SandboxShop {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly oddity?: 'total-changes' | 'rows-without-id' | 'duplicates';
  readonly about: string;
}

/** Every other shop id is a small shop, except those that end in 404: unknown. */
const SHOPS: readonly SandboxShop[] = [
  { id: '1000000127', name: 'Apple产品京东自营旗舰店', size: 100, about: '100 goods: exactly one full page' },
  { id: '1000462158', name: '海尔京东自营旗舰店', size: 250, about: '250 goods' },
  { id: '1000377827', name: '京东超市自营旗舰店', size: 2_500, about: '2,500 goods' },
  { id: '774077', name: '小而美文具专营店', size: 7, about: '7 goods' },
  { id: '195980', name: '独一件古玩店', size: 1, about: 'a single product' },
  { id: '1000000001', name: '开张筹备中的店', size: 0, about: 'empty' },
  {
    id: '1000000002',
    name: '边卖边上新旗舰店',
    size: 250,
    oddity: 'total-changes',
    about: '250 goods, and a total that changes from page to page',
  },
  {
    id: '1000000003',
    name: '丢三落四专营店',
    size: 250,
    oddity: 'rows-without-id',
    about: '250 rows, every tenth without an id',
  },
  {
    id: '1000000004',
    name: '重复陈列旗舰店',
    size: 250,
    oddity: 'duplicates',
    about: '250 goods; each page begins with the last five rows of the page before',
  },
];

export const SHOP_SAMPLES: readonly SandboxSample[] = [
  ...SHOPS.map(({ id, about }) => ({ kind: 'shop' as const, id, about })),
  { kind: 'shop', id: '1000000404', about: 'unknown, like every shop id that ends in 404' },
];

/** The shop that an id stands for, or undefined for an unknown one. */
export function findShop(id: string): SandboxShop | undefined {
  const known = SHOPS.find((shop) => shop.id === id);
  if (known || !/^[1-9]\d{4,11}$/.test(id) || id.endsWith('404')) return known;
  const dice = createDice(`shop ${id}`);
  const name = `${dice.pick(['优选', '源头', '好物'])}${dice.pick(['数码', '家居', '服饰'])}专营店`;
  return { id, name, size: dice.whole(5, 60), about: 'generated' };
}

/** Goods of a shop are numbered: the shop's id and four digits. */
function numberGoods(shop: SandboxShop, index: number): string {
  return shop.id + String(index + 1).padStart(4, '0');
}

/** The shop that lists this product, when the id is one of those that shops number. */
export function findShopOf(goodsId: string): SandboxShop | undefined {
  const number = Number(goodsId.slice(-4));
  const shop = findShop(goodsId.slice(0, -4));
  return shop && number >= 1 && number <= shop.size ? shop : undefined;
}

export interface ShopRows {
  /** Undefined stands for a row that has lost its id. */
  readonly ids: readonly (string | undefined)[];
  readonly total: number;
}

/** One page of a shop, oddities included. Pages count from 1. */
export function listShop(shop: SandboxShop, page: number, size: number): ShopRows {
  const from = (page - 1) * size;
  const overlap = shop.oddity === 'duplicates' && page > 1 ? 5 : 0;
  const count = Math.max(0, Math.min(size, shop.size - from));
  const ids = Array.from({ length: count === 0 ? 0 : count + overlap }, (_, row) => {
    const index = from - overlap + row;
    return shop.oddity === 'rows-without-id' && index % 10 === 9 ? undefined : numberGoods(shop, index);
  });
  // While one pages, goods come and go: later pages claim a little more, then less.
  const drift = shop.oddity === 'total-changes' ? [0, 30, -20, 10][(page - 1) % 4] : 0;
  return { ids, total: shop.size + (drift ?? 0) };
}
