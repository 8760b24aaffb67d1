import type { SandboxGoods } from './generate.js';

const FIRST_ID = 100_012_345_678;
const MEMORIES = [
  { memory: '256GB', price: 5999, lowPrice: 5899, couponPrice: 5699 },
  { memory: '512GB', price: 7299, lowPrice: 7199, couponPrice: 6999 },
  { memory: '1TB', price: 8299, lowPrice: 8199, couponPrice: 7999 },
  { memory: '2TB', price: 9299, lowPrice: 9199, couponPrice: 8999 },
];
const COLOURS = ['黑色', '白色', '薰衣草紫'];

/** Twelve variants with ids that follow each other; black in 512GB is sold out. */
const VARIANTS = MEMORIES.flatMap((prices) => COLOURS.map((colour) => ({ ...prices, colour }))).map(
  (variant, index) => ({
    ...variant,
    id: String(FIRST_ID + index),
    stockState: variant.memory === '512GB' && variant.colour === '黑色' ? 0 : 1,
  }),
);

export const FLAGSHIP_ID = String(FIRST_ID);

/** The pleasant product of demonstrations and of the guide's own examples, by the id of any of its variants. */
export function findFlagship(id: string): SandboxGoods | undefined {
  const variant = VARIANTS.find((candidate) => candidate.id === id);
  if (!variant) return undefined;
  const { memory, colour, price, lowPrice, couponPrice, stockState } = variant;
  return {
    id,
    brand: 'Apple',
    categories: ['手机通讯', '手机', '手机'],
    images: [1, 2, 3].map(
      (n) => `https://img14.360buyimg.com/n1/jfs/t1/${n}/sandbox-iphone-${VARIANTS.indexOf(variant)}.jpg`,
    ),
    shop: { id: '1000000127', name: 'Apple产品京东自营旗舰店' },
    commissionShare: 1.5,
    presale: false,
    info: {
      skuId: Number(id),
      title: `Apple iPhone 17 ${memory} ${colour} 支持移动联通电信5G 双卡双待手机`,
      price,
      lowPrice,
      couponPrice,
      monthSales: 200_000,
      commentCount: 500_000,
      goodCommentRate: 97,
      isSelf: 1,
      stockState,
      skuList: VARIANTS.map((row, index) => ({
        skuId: Number(row.id),
        specId: String(12_345 + index),
        specName: `颜色:${row.colour}/内存:${row.memory}`,
        price: row.price,
        stockState: row.stockState,
      })),
    },
  };
}
