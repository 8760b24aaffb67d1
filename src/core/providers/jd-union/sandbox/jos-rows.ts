import type { Clock } from '../../../clock.js';
import { createDice, digits } from '../../../simulation/upstream.js';
import type { SandboxGoods } from '../../jd/sandbox/generate.js';
import { createItemId, createStablePart, readStablePart } from './item-ids.js';

/** Rows of the Union's production methods, told from the same goods as the guide's. */

export interface RowOptions extends Pick<Clock, 'now'> {
  readonly random: () => number;
  /** The itemId that was asked for: its stable part comes back. */
  readonly itemId?: string;
  /** Whether rows name their SKU. */
  readonly namesSku: boolean;
  /** What has to be named in `fields` to be answered. */
  readonly fields: ReadonlySet<string>;
}

function toCategoryInfo({ categories }: SandboxGoods) {
  const dice = createDice(categories.join('/'));
  const [cid1Name, cid2Name, cid3Name] = categories;
  return {
    cid1: dice.whole(600, 16_000),
    cid1Name,
    cid2: dice.whole(600, 16_000),
    cid2Name,
    cid3: dice.whole(600, 16_000),
    cid3Name,
  };
}

function toPriceInfo({ id, info, presale }: SandboxGoods) {
  const [price, lowestPrice, couponPrice] = [info['price'], info['lowPrice'], info['couponPrice']];
  return {
    price,
    lowestPrice,
    // 1 normal, 2 group, 3 flash sale, 4 presale.
    lowestPriceType: presale ? 4 : createDice(`price type ${id}`).pick([1, 1, 1, 1, 2, 3]),
    // Always told; without a coupon it equals the lowest price.
    lowestCouponPrice: couponPrice === 0 ? lowestPrice : couponPrice,
  };
}

const DAY_MS = 86_400_000;

function toCouponInfo({ info, catch: kept }: SandboxGoods, now: number) {
  const discount = Number(info['lowPrice']) - Number(info['couponPrice']);
  const hasCoupon = Number(info['couponPrice']) > 0 && discount > 0 && kept !== 'no coupon at all';
  const start = kept === 'coupon begins later' ? now + DAY_MS : now - 2 * DAY_MS;
  const end = kept === 'coupon ended' ? now - DAY_MS : now + 3 * DAY_MS;
  const coupon = {
    bindType: 3,
    discount: Math.round(discount * 100) / 100,
    isBest: 1,
    quota: Math.floor(Number(info['lowPrice'])) * (kept === 'coupon threshold above the price' ? 2 : 1),
    getStartTime: start,
    getEndTime: kept === 'coupon no longer given out' ? now - DAY_MS : end,
    useStartTime: start,
    useEndTime: end,
    remainNum: kept === 'no coupon left' ? 0 : undefined,
    link: 'https://coupon.m.jd.com/coupons/show.action?key=sandbox',
  };
  return { couponList: hasCoupon ? [coupon] : [] };
}

function toPurchasePriceInfo({ info, catch: kept }: SandboxGoods) {
  const usual = { code: 200, message: 'success', purchasePrice: info['lowPrice'], purchaseNum: 1 };
  const low = Number(info['lowPrice']);
  if (kept === 'several pieces') return { ...usual, purchasePrice: low * 0.75, purchaseNum: 3 };
  if (kept === 'order threshold') return { ...usual, purchasePrice: low * 0.75, thresholdPrice: low * 3 };
  return { ...usual, couponList: [], promotionLabelInfoList: [] };
}

function toCommissionInfo({ info, commissionShare }: SandboxGoods) {
  const commissionOf = (price: unknown) => Math.round(Number(price) * commissionShare) / 100 || 0;
  return {
    commission: commissionOf(info['lowPrice']),
    commissionShare,
    couponCommission: commissionOf(info['couponPrice'] || info['lowPrice']),
  };
}

/** Objects without content arrive as `[]`, as PHP and Java backends are known to write them. */
function toSpecInfo({ info }: SandboxGoods) {
  const first: unknown = Array.isArray(info['skuList']) ? info['skuList'][0] : undefined;
  const specName = first && typeof first === 'object' && 'specName' in first ? String(first.specName) : '';
  const [color, size] = specName.split('/').map((part) => part.slice(part.indexOf(':') + 1));
  return color ? { color, size: size ?? '', spec: '' } : [];
}

/** A row of `jd.union.open.goods.query`. */
export function toQueryRow(
  goods: SandboxGoods,
  { random, now, itemId, namesSku, fields }: RowOptions,
): object {
  const { id, info, brand, images, shop } = goods;
  const stable = itemId ? readStablePart(itemId) : createStablePart(id);
  const fresh = createItemId(stable, random);
  const rate = Number(info['goodCommentRate']);
  return {
    skuId: namesSku && !goods.isNameless && info['skuId'] !== undefined ? digits(id) : undefined,
    itemId: fresh,
    skuName: info['title'],
    spuid: digits(id),
    materialUrl: `jingfen.jd.com/detail/${fresh}.html`,
    owner: Number(info['isSelf']) === 1 ? 'g' : 'p',
    brandName: brand,
    categoryInfo: toCategoryInfo(goods),
    comments: info['commentCount'],
    goodCommentsShare: rate > 0 && rate <= 1 ? rate * 100 : info['goodCommentRate'],
    inOrderCount30Days: info['monthSales'],
    priceInfo: toPriceInfo(goods),
    purchasePriceInfo: fields.has('purchasePriceInfo') ? toPurchasePriceInfo(goods) : undefined,
    commissionInfo: toCommissionInfo(goods),
    couponInfo: toCouponInfo(goods, now()),
    imageInfo: { imageList: images.map((url) => ({ url })), whiteImage: images[0] },
    shopInfo: { shopId: digits(shop.id), shopName: shop.name, shopLevel: 4.9 },
    specInfo: toSpecInfo(goods),
    stockState: fields.has('stockState') ? info['stockState'] : undefined,
  };
}

/** A row of `jd.union.open.goods.promotiongoodsinfo.query`. */
export function toPromotionRow(goods: SandboxGoods): object {
  const { id, info, images, shop, categories, commissionShare } = goods;
  // -1 is how this method writes "unknown".
  const isKnown = createDice(`wl ${id}`).chance(0.8);
  return {
    skuId: digits(id),
    goodsName: info['title'],
    unitPrice: info['price'],
    wlUnitPrice: isKnown ? info['lowPrice'] : -1,
    imgUrl: images[0],
    materialUrl: `http://item.jd.com/${id}.html`,
    shopId: digits(shop.id),
    isJdSale: info['isSelf'],
    inOrderCount: info['monthSales'],
    cidName: categories[0],
    cid2Name: categories[1],
    cid3Name: categories[2],
    commisionRatioPc: commissionShare,
    commisionRatioWl: commissionShare,
    isFreeShipping: 1,
    isSeckill: 0,
  };
}

/**
 * A row of `jd.union.open.goods.bigfield.query`. That properties are JSON text is known from clients; the shape inside
 * that text is an assumption.
 */
export function toBigFieldRow(goods: SandboxGoods): object {
  const { id, info, images, brand, categories } = goods;
  const properties = [
    {
      groupName: '主体',
      atts: [
        { attName: '品牌', vals: [brand] },
        { attName: '分类', vals: [categories[2]] },
      ],
    },
  ];
  return {
    skuId: digits(id),
    skuName: info['title'],
    skuStatus: 1,
    owner: Number(info['isSelf']) === 1 ? 'g' : 'p',
    categoryInfo: toCategoryInfo(goods),
    imageInfo: { imageList: images.map((url) => ({ url })), whiteImage: images[0] },
    baseBigFieldInfo: {
      wdis: '<p>商品介绍</p>',
      propCode: '无',
      wareQD: '主机*1 说明书*1',
      propGroups: JSON.stringify(properties),
    },
    bookBigFieldInfo: [],
    videoBigFieldInfo: [],
    detailImages: images.join(','),
  };
}
