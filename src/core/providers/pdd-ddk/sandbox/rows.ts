import { createDice, type Dice, digits } from '../../../simulation/upstream.js';
import type { SandboxGoods } from '../../pdd/sandbox/generate.js';

const DAY_S = 86_400;

/** Several signs exist for one product; those of the sandbox hold its id. */
const SIGN = /^(?:c9|E9|Y9)SandboxSign_(\d{15})_bijiaTest$/;

export const createSign = (id: string): string => `c9SandboxSign_${id.padStart(15, '0')}_bijiaTest`;

/** The product that a sign stands for; every other sign of the right form has one that follows from it. */
export function readSign(sign: string): string | undefined {
  const id = SIGN.exec(sign)?.[1]?.replace(/^0+/, '');
  if (id !== undefined) return id;
  if (!/^[\w-]{38,44}$/.test(sign)) return undefined;
  return String(createDice(`sign ${sign}`).whole(10 ** 8, 9 * 10 ** 8) * 1000 + 1);
}

interface SandboxCoupon {
  readonly discount: number;
  readonly threshold: number;
  /** Days from today. */
  readonly startDay: number;
  readonly endDay: number;
  readonly left: number;
}

/** Valid, expired, sold out, out of reach, of tomorrow, or none. */
function createCoupon(dice: Dice, groupFen: number): SandboxCoupon | undefined {
  const discount = Math.max(100, Math.round(groupFen / 1000) * 100);
  const valid = { discount, threshold: discount, startDay: -10, endDay: 20, left: dice.whole(1, 50_000) };
  return dice.pick([
    valid,
    valid,
    { ...valid, startDay: -20, endDay: -1 },
    { ...valid, left: 0 },
    { ...valid, threshold: groupFen * 2 + 100 },
    { ...valid, startDay: 1 },
    undefined,
    undefined,
  ]);
}

function toCouponFields(coupon: SandboxCoupon | undefined, nowMs: number) {
  const today = Math.floor(nowMs / 1000 / DAY_S) * DAY_S;
  const { discount = 0, threshold = 0, startDay = 0, endDay = 0, left = 0 } = coupon ?? {};
  return {
    has_coupon: coupon !== undefined,
    coupon_discount: discount,
    coupon_min_order_amount: threshold,
    coupon_start_time: coupon ? today + startDay * DAY_S : 0,
    coupon_end_time: coupon ? today + endDay * DAY_S - 1 : 0,
    coupon_total_quantity: coupon ? 50_000 : 0,
    coupon_remain_quantity: left,
  };
}

export interface RowOptions {
  readonly nowMs: number;
  /** Whether rows name their goods_id, as one report of 2026 has it; the documents no longer do. */
  readonly namesId: boolean;
}

/** The recorded product is sold without a coupon. */
const RECORDED_ID = '8420152864';

/** This wire writes the number without the word before it. */
const toSalesTip = (tip: unknown) => (typeof tip === 'string' ? tip.replace(/^(?:已拼|总售)/, '') : tip);

/** A row as the search and the details give it. */
export function toRow(id: string, goods: SandboxGoods, { nowMs, namesId }: RowOptions): object {
  const dice = createDice(`ddk ${id}`);
  const price = (goods['price'] ?? {}) as SandboxGoods;
  const groupFen = price['min_group_price'];
  const fen = typeof groupFen === 'number' && groupFen > 0 ? groupFen : 1000;
  const image = goods['thumb'];
  return {
    goods_sign: createSign(id),
    ...(namesId && { goods_id: digits(id) }),
    goods_name: goods['goods_name'],
    goods_desc: goods['desc'],
    goods_image_url: image,
    goods_thumbnail_url: image,
    min_group_price: groupFen,
    min_normal_price: price['min_normal_price'],
    ...toCouponFields(id === RECORDED_ID ? undefined : createCoupon(dice, fen), nowMs),
    has_mall_coupon: false,
    promotion_rate: dice.whole(1, 60) * 5,
    predict_promotion_rate: 30,
    share_rate: 0,
    sales_tip: toSalesTip(goods['sales_tip']),
    mall_id: digits(String(goods['mall_id'] ?? dice.whole(10 ** 8, 9 * 10 ** 8))),
    mall_name: dice.chance(0.9) ? goods['mall_name'] : '',
    merchant_type: dice.whole(1, 6),
    brand_name: dice.pick(['样品', '国产', '']),
    cat_ids: [15_083, 15_086, 0],
    opt_name: '百货',
    desc_txt: '高',
    serv_txt: '高',
    lgst_txt: dice.pick(['高', '中', '低']),
    unified_tags: dice.chance(0.4) ? ['近30天低价'] : [],
    service_tags: dice.pick([[1, 7, 13], [1], [1, 2, 12, 17], []]),
    activity_tags: goods['is_subsidy'] === 1 ? [7] : [],
    platform_discount_list: [],
    extra_coupon_amount: 0,
    search_id: `s-${id}`,
  };
}

/** What risk control leaves of a row. */
export const hideRow = (row: object): object => ({
  ...row,
  goods_name: '',
  min_group_price: 0,
  min_normal_price: 0,
  has_coupon: false,
});

/** What only the details say; the variants take a right of their own. */
export function addDetails(id: string, row: object, goods: SandboxGoods, withSkus: boolean): object {
  return {
    ...row,
    goods_gallery_urls: goods['main_figures'],
    video_urls: [],
    sku_list: withSkus ? listSkus(id, goods) : [],
  };
}

function listSkus(id: string, { sku_products }: SandboxGoods): object[] {
  const list = Array.isArray(sku_products) ? (sku_products as readonly SandboxGoods[]) : [];
  return list.map(({ group_price, specs, sku_url }, at) => ({
    sku_id_code: `k-${id}-${at + 1}`,
    min_group_price: Math.round(Number(group_price) * 100),
    is_onsale: 1,
    sku_thumb_url: sku_url,
    spec_list: (Array.isArray(specs) ? specs : []).map((spec) => ({
      parent_spec_value: spec?.pname,
      spec_value: spec?.values?.vname,
    })),
  }));
}
