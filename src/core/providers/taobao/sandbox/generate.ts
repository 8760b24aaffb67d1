import { createDice, type Dice } from '../../../simulation/upstream.js';

/** A product in the alliance's own words, without its id. */
export interface SandboxItem {
  readonly item_basic_info: Readonly<Record<string, unknown>>;
  readonly price_promotion_info: Readonly<Record<string, unknown>>;
  readonly publish_info: Readonly<Record<string, unknown>>;
  readonly presale_info?: Readonly<Record<string, unknown>>;
}

const NOUNS = ['保温杯', '连衣裙', '手机壳', '收纳盒', '猫粮', '洗面奶', '运动鞋', '台灯'] as const;
const FEATURES = ['新款', '加厚', '大容量', '官方正品', '轻奢', '家用', '学生'] as const;

const yuan = (fen: number) => (fen / 100).toFixed(2);

function createImage(dice: Dice): string {
  return `//img.alicdn.com/bao/uploaded/i${dice.whole(1, 4)}/${dice.whole(10 ** 9, 9 * 10 ** 9)}/O1CN01sandbox.jpg`;
}

function createPrices(dice: Dice) {
  const saleFen = dice.whole(990, 60_000);
  const offFen = dice.chance(0.7) ? Math.round(saleFen / dice.whole(5, 20)) : 0;
  const coupon = {
    promotion_title: dice.pick(['商品券', '店铺券', '满减']),
    promotion_desc: `满${Math.floor(saleFen / 100)}减${yuan(offFen)}`,
    promotion_fee: yuan(offFen),
    promotion_start_time: '2026-01-01 00:00:00',
    promotion_end_time: '2029-12-31 23:59:59',
    promotion_id: `p${dice.whole(1, 10 ** 6)}`,
  };
  return {
    reserve_price: yuan(saleFen + dice.whole(0, 30_000)),
    zk_final_price: yuan(saleFen),
    final_promotion_price: yuan(saleFen - offFen),
    // An empty list may be absent.
    ...(offFen > 0 && { final_promotion_path_list: { final_promotion_path_map_data: [coupon] } }),
    ...(dice.chance(0.2) && {
      predict_rounding_up_price: yuan(Math.round(saleFen * 0.8)),
      predict_rounding_up_price_desc: '需买2件',
    }),
  };
}

/** The product that a seed stands for: the same for everyone, always. */
export function generateItem(seed: string): SandboxItem {
  const dice = createDice(`taobao ${seed}`);
  const prices = createPrices(dice);
  const noun = dice.pick(NOUNS);
  const title = `${dice.pick(FEATURES)}${noun} ${dice.pick(FEATURES)} ${dice.whole(1, 999)}号`;
  const rate = dice.whole(100, 3000) / 100;
  const amount = (Number(prices.final_promotion_price) * rate) / 100;
  return {
    item_basic_info: {
      title,
      short_title: noun,
      pict_url: createImage(dice),
      small_images: { string: Array.from({ length: dice.whole(0, 4) }, () => createImage(dice)) },
      level_one_category_name: '家居用品',
      category_name: noun,
      shop_title: `${dice.pick(['样品', '优选', '源头'])}${dice.pick(['旗舰店', '专营店', '小铺'])}`,
      seller_id: dice.whole(2_200_000_000_000, 2_300_000_000_000),
      user_type: dice.whole(0, 1),
      brand_name: dice.pick(['样品', '']),
      provcity: dice.pick(['浙江 杭州', '广东 深圳', '河北 保定']),
      volume: dice.whole(0, 20_000),
      annual_vol: dice.pick(['1万+', '2000+', '10万+', '']),
      free_shipment: dice.chance(0.8),
      is_prepay: true,
      shop_dsr: dice.whole(45_000, 49_999),
      superior_brand: '0',
    },
    price_promotion_info: prices,
    publish_info: {
      income_rate: rate.toFixed(2),
      income_info: { commission_rate: rate.toFixed(2), commission_amount: amount.toFixed(2) },
      commission_type: 'MKT',
      daily_promotion_sales: dice.whole(0, 100),
    },
  };
}
