import { createOtherIdNote, formatYuan, toNote } from '../../product/normalizer.js';
import type { Note, Price } from '../../product/product.js';
import { pdd } from '../pdd/links.js';
import { SUBSIDY_NOTE } from '../pdd/subsidy.js';
import { readSales } from './sales.js';
import type { Goods } from './schema.js';

const BEFORE_COUPON = '券前';
const BEFORE_COUPON_NOTE: Note = { en: 'Price before coupon (券前)', zh: '价格为券前价' };

/** What a reader must know besides the numbers, and what the answer says that has no field of its own. */
export function collectNotes(goods: Goods, prices: readonly Price[], askedId: string): Note[] {
  const {
    goods_id,
    is_subsidy,
    price,
    prices: yuan,
    pre_sale_stamp: stamp,
    goods_comment_text: reviews,
  } = goods;
  const { new_price_prefix: prefix } = price;
  const isOtherPrice = yuan !== undefined && !prices.some(({ amountFen }) => amountFen === yuan);
  const notes: (Note | undefined)[] = [
    prefix === BEFORE_COUPON ? BEFORE_COUPON_NOTE : toNote(prefix, 'The price is labelled', '价格标注为'),
    is_subsidy ? SUBSIDY_NOTE : undefined,
    isOtherPrice ? toNote(`¥${formatYuan(yuan)}`, 'Another price is given:', '另有标价') : undefined,
    ...readSales(goods).others.map((text) => toNote(text, 'Sales are also given as', '销量另有说法：')),
    toNote(reviews, 'Reviews:', '评价：'),
    toNote(stamp, 'Presale:', '预售：'),
    goods_id && goods_id !== askedId ? createOtherIdNote(askedId, goods_id, pdd) : undefined,
  ];
  return notes.filter((note) => note !== undefined);
}
