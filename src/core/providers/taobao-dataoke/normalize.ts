import { parseShownUrl, parseShownUrls, toPrices } from '../../product/normalizer.js';
import type { Coupon, ProductFacts } from '../../product/product.js';
import type { ProductId } from '../../provider.js';
import { getStableId, toProductId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import type { Goods } from './schema.js';

const TMALL = 1;

/** The id that was asked for stays where only its first half differs, since that one changes with every answer. */
export function normalizeGoods(goods: Goods, asked: ProductId): ProductFacts {
  const { dtitle, desc, commissionRate, commissionAmount, monthSales, shopName, sellerId } = goods;
  const title = goods.title ?? goods.itemName;
  const own = toProductId(goods.goodsId ?? goods.itemId ?? '') ?? asked;
  const hasCommission = commissionRate !== undefined || commissionAmount !== undefined;
  return {
    ...(asked.idType && getStableId(own) === getStableId(asked) ? asked : own),
    title,
    description: desc ?? (dtitle === title ? undefined : dtitle),
    image: parseShownUrl(goods.mainPic, taobao.shownHosts),
    images: parseShownUrls([goods.mainPic, ...goods.imgs], taobao.shownHosts),
    prices: [
      ...toPrices('coupon', goods.actualPrice === goods.originalPrice ? undefined : goods.actualPrice),
      ...toPrices('sale', goods.originalPrice),
    ],
    coupons: normalizeCoupon(goods),
    sales: monthSales && { ...monthSales, period: 'month' },
    shop: shopName || sellerId ? { id: sellerId, name: shopName } : undefined,
    commission: hasCommission ? { ratePercent: commissionRate, amountFen: commissionAmount } : undefined,
    attributes: goods.brandName === undefined ? undefined : [{ name: '品牌', values: [goods.brandName] }],
    notes: goods.shopType === TMALL ? [{ en: 'Sold on Tmall', zh: '天猫商品' }] : undefined,
  };
}

function normalizeCoupon(goods: Goods): Coupon[] | undefined {
  const { couponPrice: amountFen, couponReceiveNum: taken } = goods;
  if (amountFen === undefined) return undefined;
  const total = goods.couponTotalNum ?? goods.couponTotalCount;
  return [
    {
      amountFen,
      thresholdFen: goods.couponConditions,
      from: goods.couponStartTime,
      to: goods.couponEndTime,
      remaining: total === undefined || taken === undefined ? undefined : Math.max(0, total - taken),
      link: parseShownUrl(goods.couponLink, taobao.shownHosts),
    },
  ];
}
