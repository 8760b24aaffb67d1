import { createDice } from '../../../simulation/upstream.js';
import { createItemId, findItem } from '../../taobao/sandbox/catalogue.js';
import type { SandboxItem } from '../../taobao/sandbox/generate.js';
import { openMaterial } from '../../taobao/sandbox/texts.js';

/** The product in this service's words. */
function toGoods(item: SandboxItem) {
  const { item_basic_info: basic, price_promotion_info: price, publish_info: publish } = item;
  const [original, actual] = [Number(price['zk_final_price']), Number(price['final_promotion_price'])];
  const off = Math.round((original - actual) * 100) / 100;
  return {
    mainPic: basic['pict_url'],
    originalPrice: original,
    actualPrice: actual,
    couponPrice: Math.max(off, 0),
    couponStartTime: off > 0 ? '2026-01-01 00:00:00' : '',
    couponEndTime: off > 0 ? '2029-12-31 23:59:59' : '',
    couponReceiveNum: off > 0 ? 4200 : 0,
    commissionRate: Number(publish['income_rate']),
    monthSales: basic['volume'],
    couponLink: '',
  };
}

/** Data of a product's details; undefined for an unknown one. */
export function findDetails(id: string, random: () => number): object | undefined {
  const stable = id.split('-').at(-1) ?? '';
  const item = findItem(stable);
  if (!item || !id.includes('-')) return undefined;
  const { item_basic_info: basic } = item;
  return {
    ...toGoods(item),
    id: 1,
    goodsId: createItemId(stable, random),
    title: basic['title'],
    dtitle: basic['short_title'],
    couponTotalNum: 100_000,
    shopName: basic['shop_title'],
    shopType: basic['user_type'],
    sellerId: String(basic['seller_id']),
    brandName: basic['brand_name'],
    imgs: '',
  };
}

const JD_TEXT = /jd\.com\/(\d{6,13})|[￥¥]JD(\d{6,13})[￥¥]/i;
const PDD_TEXT = /goods_id=(\d{6,13})|[￥¥]PDD(\d{6,13})[￥¥]/i;

/** Data of an opened text, by itself or in a list; undefined for one that leads nowhere. */
export function openContent(content: string, random: () => number): object | undefined {
  const [jd, pdd] = [JD_TEXT, PDD_TEXT].map((pattern) => pattern.exec(content));
  const foreign = jd ?? pdd;
  const opened = foreign
    ? { platType: jd ? 'jd' : 'pdd', itemId: foreign[1] ?? foreign[2], itemName: '样品', dataType: 'goods' }
    : openProduct(content, random);
  if (!opened) return undefined;
  return createDice(`list ${content}`).chance(0.5) ? opened : { list: [opened] };
}

function openProduct(content: string, random: () => number): object | undefined {
  const material = openMaterial(content, random);
  if (material?.type !== 1) return undefined;
  const common = { parseStatus: 0, platType: 'taobao', dataType: 'goods', itemId: material.id };
  const item = findItem(material.id.split('-').at(-1) ?? '');
  // A number that stays one: nothing else is known of it.
  if (/^\d+$/.test(material.id)) return common;
  return (
    item && {
      ...common,
      ...toGoods(item),
      itemName: item.item_basic_info['title'],
      couponTotalCount: 100_000,
    }
  );
}
