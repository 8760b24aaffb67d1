import type { Marketplace, Price, Product, Sku } from '../../../src/core/index.js';
import type { View } from '../../../src/telegram/cards/card-view.js';
import type { Locale } from '../../../src/telegram/locales/display.js';
import { TEXTS } from '../../../src/telegram/locales/index.js';

/** 2025-11-22 14:10 in China. */
export const NOW_MS = Date.parse('2025-11-22T06:10:00Z');

const emptyMarketplace = { hosts: [], links: [], ids: [], idColumns: [], shownHosts: [] };

/** Two made-up marketplaces: nothing in the bot may know the real ones. */
export const MARKETPLACES: readonly Marketplace[] = [
  {
    ...emptyMarketplace,
    id: 'ab',
    names: { zh: '甲店', en: 'Alpha' },
    shownHosts: ['.img.example'],
    productUrl: (id) => `https://item.alpha.example/${id}.html`,
    shopUrl: (id) => `https://mall.alpha.example/${id}`,
  },
  { ...emptyMarketplace, id: 'abc', names: { zh: '乙店', en: 'Beta' }, productUrl: () => undefined },
];

export function createView(locale: Locale = 'zh', marketplaces = MARKETPLACES): View {
  return {
    texts: TEXTS[locale],
    locale,
    isForOperator: false,
    canSearch: true,
    marketplaces,
    nowMs: NOW_MS,
  };
}

export function price(kind: Price['kind'], yuan: number, range: Partial<Price> = {}): Price {
  return { kind, amountFen: Math.round(yuan * 100), ...range };
}

export function sku(name: string, yuan: number, rest: Partial<Sku> = {}): Sku {
  return { id: `s-${name}`, name, attributes: [], prices: [price('list', yuan)], ...rest };
}

/** The product of the example card. */
export function createPhone(rest: Partial<Product> = {}): Product {
  return {
    platform: 'ab',
    id: '100012043978',
    url: 'https://item.alpha.example/100012043978.html',
    title:
      'Apple iPhone 17 256GB 黑色 支持移动联通电信5G 双卡双待手机 官方标配 全国联保 一年质保 顺丰包邮 送壳膜',
    prices: [price('coupon', 5699), price('sale', 5899), price('list', 5999)],
    sales: {
      count: 200_000,
      atLeast: true,
      approximate: false,
      scope: 'item',
      text: '20万+',
      period: 'total',
    },
    reviews: { count: 500_000, goodRatePercent: 97 },
    stock: { status: 'in_stock' },
    shop: { id: '77', name: 'Apple产品自营旗舰店', selfOperated: true },
    skus: [
      sku('256GB 黑色', 5999, { stock: { status: 'in_stock' } }),
      sku('512GB 黑色', 7299, { stock: { status: 'out_of_stock' } }),
      sku('1TB 黑色', 8999, { stock: { status: 'in_stock' } }),
    ],
    source: 'ab-api',
    fetchedAtMs: Date.parse('2025-11-22T06:03:00Z'),
    cached: true,
    sandbox: true,
    ...rest,
  };
}
