import { createDice, type Dice, digits } from '../../../simulation/upstream.js';

/** A product as the simulated marketplace knows it; each wire tells its own part of it. */
export interface SandboxGoods {
  readonly id: string;
  /** In the words of the guide's goodsInfo; values may be as odd as an upstream's. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly brand: string;
  readonly categories: readonly [string, string, string];
  readonly images: readonly string[];
  readonly shop: { readonly id: string; readonly name: string };
  /** Percent; 0 for goods that take no part in the Union. */
  readonly commissionShare: number;
  readonly presale: boolean;
  /** What keeps its lower prices from being what one pays for one piece now. */
  readonly catch?: Catch;
  /** Named by its affiliate id only, however it is asked for. */
  readonly isNameless?: boolean;
}

export const CATCHES = [
  'coupon ended',
  'coupon begins later',
  'coupon no longer given out',
  'no coupon left',
  'coupon threshold above the price',
  'no coupon at all',
  'several pieces',
  'order threshold',
] as const;
export type Catch = (typeof CATCHES)[number];

interface Category {
  readonly path: readonly [string, string, string];
  readonly brands: readonly [string, ...string[]];
  readonly nouns: readonly [string, ...string[]];
  readonly features: readonly [string, ...string[]];
  readonly colours: readonly [string, ...string[]];
  readonly size: string;
  readonly sizes: readonly [string, ...string[]];
  /** Yuan. */
  readonly from: number;
  readonly to: number;
}

const CATEGORIES: readonly [Category, ...Category[]] = [
  {
    path: ['手机通讯', '手机', '手机'],
    brands: ['小米', '荣耀', 'OPPO', 'vivo', '一加'],
    nouns: ['5G手机', '智能手机', '游戏手机'],
    features: ['长续航', '120W快充', '高刷直屏', '超清影像'],
    colours: ['曜石黑', '雪域白', '晴空蓝', '薄荷绿'],
    size: '内存',
    sizes: ['128GB', '256GB', '512GB', '1TB'],
    from: 899,
    to: 6999,
  },
  {
    path: ['电脑办公', '外设产品', '键盘'],
    brands: ['罗技', '雷蛇', '达尔优', '雷柏'],
    nouns: ['机械键盘', '无线键盘', '键鼠套装'],
    features: ['三模热插拔', '静音茶轴', 'RGB背光', '全键无冲'],
    colours: ['黑色', '白色', '粉色'],
    size: '轴体',
    sizes: ['红轴', '茶轴', '青轴'],
    from: 79,
    to: 1299,
  },
  {
    path: ['家用电器', '大家电', '冰箱'],
    brands: ['海尔', '美的', '容声', '西门子'],
    nouns: ['十字门冰箱', '双开门冰箱', '零嵌冰箱'],
    features: ['一级能效', '风冷无霜', '除菌净味', '超薄'],
    colours: ['星蕴银', '釉白'],
    size: '容量',
    sizes: ['406升', '501升', '594升'],
    from: 1999,
    to: 8999,
  },
  {
    path: ['食品饮料', '粮油调味', '大米'],
    brands: ['十月稻田', '福临门', '金龙鱼', '柴火大院'],
    nouns: ['五常大米', '长粒香米', '小町米'],
    features: ['当季新米', '真空包装', '产地直发'],
    colours: ['原味'],
    size: '重量',
    sizes: ['5kg', '10kg', '20kg'],
    from: 29,
    to: 199,
  },
  {
    path: ['服饰内衣', '男装', 'T恤'],
    brands: ['优衣库', '海澜之家', '李宁', '森马'],
    nouns: ['纯棉T恤', '速干T恤', 'POLO衫'],
    features: ['夏季新款', '宽松', '重磅', '透气'],
    colours: ['黑色', '白色', '藏青', '军绿', '卡其'],
    size: '尺码',
    sizes: ['M', 'L', 'XL', '2XL', '3XL'],
    from: 39,
    to: 399,
  },
  {
    path: ['美妆护肤', '面部护肤', '面膜'],
    brands: ['珀莱雅', '薇诺娜', '自然堂', '敷尔佳'],
    nouns: ['补水面膜', '修护面膜', '早C晚A面膜'],
    features: ['敏感肌可用', '玻尿酸', '舒缓', '提亮'],
    colours: ['标准装'],
    size: '规格',
    sizes: ['5片', '10片', '20片'],
    from: 49,
    to: 499,
  },
];

const SHOPS: readonly [string, ...string[]] = ['京东自营旗舰店', '官方旗舰店', '专营店', '数码专卖店'];

function createImages(dice: Dice): string[] {
  return Array.from({ length: dice.whole(1, 5) }, () => {
    const name = Array.from({ length: 16 }, () => dice.whole(0, 15).toString(16)).join('');
    return `https://img14.360buyimg.com/n1/jfs/t1/${dice.whole(1, 300)}/${name}.jpg`;
  });
}

/** The first SKU is the product itself; the ids of the others begin with its own, so that no neighbour has them. */
export function numberSku(goodsId: string, index: number): string {
  return index === 0 ? goodsId : goodsId + String(index).padStart(2, '0');
}

/** SKU rows in the guide's form. */
function generateSkus(id: string, count: number, priceYuan: number, category: Category): object[] {
  const dice = createDice(`skus ${id}`);
  const { colours, size, sizes } = category;
  return Array.from({ length: count }, (_, index) => {
    const colour = colours[index % colours.length] ?? '默认';
    const round = Math.floor(index / (colours.length * sizes.length));
    const sizeName = sizes[Math.floor(index / colours.length) % sizes.length] ?? '默认';
    return {
      skuId: digits(numberSku(id, index)),
      specId: String(10_000 + index),
      specName: `颜色:${colour}/${size}:${sizeName}${round > 0 ? `/批次:${round + 1}` : ''}`,
      price: Math.round(priceYuan * (100 + 7 * (index % 9))) / 100,
      stockState: dice.chance(0.85) ? 1 : 0,
    };
  });
}

function generatePrices(category: Category, dice: Dice) {
  const price = dice.whole(category.from, category.to) + dice.pick([0, 0.9, 0.5]);
  const lowPrice = Math.round(price * dice.whole(70, 100)) / 100;
  // 0 stands for "no such price" on this wire.
  const couponPrice = dice.chance(0.6) ? Math.round(lowPrice * dice.whole(80, 99)) / 100 : 0;
  return { price, lowPrice, couponPrice };
}

/**
 * The product that an id stands for: the same for everyone, always. Outside shops, ids that end in 777 have no
 * commission.
 */
export function generateGoods(
  id: string,
  fixed: { readonly shop?: SandboxGoods['shop']; readonly skuCount?: number } = {},
): SandboxGoods {
  const dice = createDice(`goods ${id}`);
  const category = dice.pick(CATEGORIES);
  const brand = dice.pick(category.brands);
  const prices = generatePrices(category, dice);
  const isSelf = dice.chance(0.5) ? 1 : 0;
  const title = [brand, dice.pick(category.nouns), dice.pick(category.features), dice.pick(category.sizes)];
  return {
    id,
    brand,
    categories: category.path,
    images: createImages(dice),
    shop: fixed.shop ?? {
      id: String(dice.whole(1_000_000_001, 1_000_900_000)),
      name: brand + dice.pick(SHOPS),
    },
    commissionShare: id.endsWith('777') && !fixed.shop ? 0 : dice.whole(1, 30),
    presale: false,
    info: {
      // Both forms have been seen.
      skuId: dice.chance(0.2) ? id : digits(id),
      title: title.join(' '),
      ...prices,
      monthSales: dice.chance(0.9) ? dice.whole(1, 20_000) : 0,
      commentCount: dice.whole(0, 500_000),
      goodCommentRate: dice.whole(85, 100),
      isSelf,
      stockState: dice.chance(0.9) ? 1 : 0,
      skuList: generateSkus(id, fixed.skuCount ?? dice.whole(1, 12), prices.price, category),
    },
  };
}
