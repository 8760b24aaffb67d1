import { ResponseError } from '../../errors.js';
import {
  cleanTexts,
  formatYuan,
  parseShownUrl,
  parseShownUrls,
  parseYuan,
  toNote,
  toPrices,
} from '../../product/normalizer.js';
import type { Coupon, Note, Price, ProductFacts } from '../../product/product.js';
import type { ProductId } from '../../provider.js';
import { getStableId, toProductId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import { noteSeller } from '../taobao/sellers.js';
import type { Item, Promotion } from './schema.js';

/**
 * One product. The id that was asked for stays where only its first half differs, since that one changes with every answer.
 * @param asked absent for a product that was found by words
 * @throws ResponseError for a row in which nothing says what is sold
 */
export function normalizeItem(item: Item, nowMs: number, asked?: ProductId): ProductFacts {
  const { item_basic_info: basic, price_promotion_info: price, publish_info: publish } = item;
  const { title, pict_url, volume } = basic;
  if (!saysWhatItIs(item)) {
    throw new ResponseError(
      'Taobao answered about a product without saying what it is: its interface has changed. Report it with the log.',
      { code: 'interface_changed' },
    );
  }
  return {
    ...getId(item, asked),
    title,
    description: basic.short_title === title ? undefined : basic.short_title,
    image: parseShownUrl(pict_url, taobao.shownHosts),
    images: parseShownUrls([pict_url, ...basic.small_images.string], taobao.shownHosts),
    prices: normalizePrices(item),
    coupons: normalizeCoupons(item),
    sales: volume && { ...volume, period: '30d' },
    stock: isPresale(item, nowMs) ? { status: 'presale' } : undefined,
    shop: normalizeShop(item),
    commission: normalizeCommission(item),
    promotions: formatPromotions(price.final_promotion_path_list.final_promotion_path_map_data),
    activities: cleanTexts([
      ...price.promotion_tag_list.promotion_tag_map_data.map(({ tag_name }) => tag_name),
      ...(formatPromotions(price.more_promotion_list.more_promotion_map_data) ?? []),
    ]),
    attributes: normalizeAttributes(item),
    delivery: basic.free_shipment ? ['包邮'] : undefined,
    local: basic.provcity,
    buyLink: parseShownUrl(publish.coupon_share_url ?? publish.click_url, taobao.shownHosts),
    notes: collectNotes(item),
  };
}

/** Whether a row says anything of what is sold. */
export function saysWhatItIs({ item_basic_info: { title, pict_url, shop_title, volume } }: Item): boolean {
  return [title, pict_url, shop_title, volume].some((value) => value !== undefined);
}

/**
 * Whether a row is about a product: by the half of the id that stays the same, or because it says that this id was asked for,
 * which another account may have been given with another half.
 */
export function isAbout({ item_id = '', input_item_iid }: Item, asked: ProductId): boolean {
  const own = getStableId({ id: item_id, idType: 'item_id' });
  return own === getStableId(asked) || input_item_iid === asked.id;
}

function getId(item: Item, asked: ProductId | undefined): ProductId {
  const { item_id = '' } = item;
  const own = toProductId(item_id);
  if (!own) return asked ?? { id: item_id };
  return asked?.idType && isAbout(item, asked) ? asked : own;
}

function normalizePrices({ price_promotion_info: price }: Item): Price[] {
  const { reserve_price: list, zk_final_price: sale, final_promotion_price: coupon } = price;
  return [
    // Without any promotion, what one pays in the end is the price itself.
    ...toPrices('coupon', coupon === sale ? undefined : coupon),
    ...toPrices('sale', sale),
    ...toPrices('list', list),
  ];
}

/** The coupons among what leads to the final price: 商品券, 店铺券. */
function normalizeCoupons({ price_promotion_info: price, publish_info: publish }: Item) {
  const link = parseShownUrl(publish.coupon_share_url, taobao.shownHosts);
  const coupons = price.final_promotion_path_list.final_promotion_path_map_data.flatMap(
    (promotion): Coupon[] => {
      const { promotion_fee: amountFen, promotion_title: title = '', promotion_desc: desc = '' } = promotion;
      if (amountFen === undefined || !title.includes('券')) return [];
      return [
        {
          amountFen,
          thresholdFen: parseYuan(/满([\d,]+(?:\.\d{1,2})?)/.exec(desc)?.[1]),
          from: promotion.promotion_start_time,
          to: promotion.promotion_end_time,
          link,
          isPromotionLink: link === undefined ? undefined : true,
        },
      ];
    },
  );
  return coupons.length > 0 ? coupons : undefined;
}

function formatPromotions(promotions: readonly Promotion[]): string[] | undefined {
  return cleanTexts(
    promotions.map(({ promotion_title, promotion_desc }) =>
      [promotion_title, promotion_desc].filter(Boolean).join('：'),
    ),
  );
}

function isPresale(
  { presale_info: { presale_start_time: from, presale_end_time: to } }: Item,
  nowMs: number,
) {
  return to !== undefined && nowMs < to && nowMs >= (from ?? 0);
}

function normalizeShop({ item_basic_info: { seller_id: id, shop_title: name } }: Item): ProductFacts['shop'] {
  return id || name ? { id, name } : undefined;
}

/** The rate of all that is paid for a sale: commission and subsidy; the amount, where both are known. */
function normalizeCommission({ publish_info: { income_rate, income_info } }: Item) {
  const { commission_rate, commission_amount, subsidy_rate = 0, subsidy_amount = 0 } = income_info;
  const both = commission_rate === undefined ? undefined : commission_rate + subsidy_rate;
  const ratePercent = income_rate ?? (both && Math.round(both * 100) / 100);
  const amountFen = commission_amount === undefined ? undefined : commission_amount + subsidy_amount;
  return ratePercent === undefined && amountFen === undefined ? undefined : { ratePercent, amountFen };
}

function normalizeAttributes({ item_basic_info: basic }: Item): ProductFacts['attributes'] {
  const categories = cleanTexts([basic.level_one_category_name, basic.category_name]);
  const attributes = [
    ...(basic.brand_name === undefined ? [] : [{ name: '品牌', values: [basic.brand_name] }]),
    ...(categories ? [{ name: '类目', values: categories }] : []),
  ];
  return attributes.length > 0 ? attributes : undefined;
}

/** What a reader must know besides the numbers. */
function collectNotes(item: Item): Note[] | undefined {
  const { item_basic_info: basic, price_promotion_info: price, presale_info: presale } = item;
  const { predict_rounding_up_price: several, predict_rounding_up_price_desc: condition = '' } = price;
  // Where it stands, and in which form, is a guess: it is only ever a note.
  const subsidy = price.gov_subsidy ?? item.gov_subsidy;
  const notes: (Note | undefined)[] = [
    noteSeller(basic.user_type),
    several === undefined
      ? undefined
      : {
          en: `¥${formatYuan(several)} only when several are bought${condition && ` (${condition})`}`,
          zh: `买多件时预估 ¥${formatYuan(several)}${condition && `（${condition}）`}`,
        },
    subsidy === undefined
      ? undefined
      : {
          en: `Government subsidy (国补), by buyer and region: ${subsidy}`,
          zh: `国补（视买家和地区而定）：${subsidy}`,
        },
    toNote(basic.annual_vol, 'Sold within a year:', '年销量：'),
    presale.presale_deposit === undefined
      ? undefined
      : toNote(`¥${formatYuan(presale.presale_deposit)}`, 'Presale deposit', '预售定金 '),
  ];
  const known = notes.filter((note) => note !== undefined);
  return known.length > 0 ? known : undefined;
}
