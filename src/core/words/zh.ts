import { formatDateTime } from '../clock.js';
import type { Price, Sales } from '../product/product.js';
import { ZH_COLUMNS } from './columns.js';
import type { Words } from './en.js';
import {
  cutToUnit,
  formatExact,
  formatMoney,
  formatPercent,
  toDurationParts,
  toLocalTime,
} from './format.js';
import { ZH_HEADINGS } from './headings.js';
import { describeReadingInChinese } from './reading.js';

const priceKinds: Words['priceKinds'] = {
  list: '划线价',
  sale: '促销价',
  coupon: '券后',
  group: '拼单价',
  single: '单买价',
  member: '会员价',
  cost: '成本价',
};

const stock: Words['stock'] = {
  in_stock: '有货',
  out_of_stock: '无货',
  presale: '预售',
  off_sale: '已下架',
  unknown: '未知',
};

/** Shops' numbers: exact below 10,000, then cut, never rounded up. */
function formatCount(count: number): string {
  if (count < 10_000) return formatExact(count);
  return count < 100_000_000 ? `${cutToUnit(count, 10_000)}万` : `${cutToUnit(count, 100_000_000)}亿`;
}

const formatSalesCount = ({ count, atLeast, approximate, text }: Sales) =>
  count === undefined ? text : `${approximate ? '约 ' : ''}${formatCount(count)}${atLeast ? '+' : ''}`;

function formatDay(atMs: number): string {
  const { year, month, day } = toLocalTime(atMs);
  return `${year}年${month}月${day}日`;
}

const formatRange = (fromFen: number, toFen: number) => `${formatMoney(fromFen)}～${formatMoney(toFen)}`;

const SALES_NAMES: Readonly<Record<keyof Words['periods'], string>> = {
  total: '销量',
  month: '月销量',
  '30d': '近 30 天销量',
};

/** Chinese. */
export const zh: Words = {
  reading: describeReadingInChinese,
  language: '中文',
  nameOf: ({ zh: name }) => name,
  priceKinds,
  priceNames: { ...priceKinds, coupon: '券后价' },
  stock,
  outcomes: {
    ok: '成功',
    not_found: '没找到',
    invalid: '无法识别',
    unsupported: '暂不支持',
    not_configured: '未开通',
    throttled: '太频繁',
    upstream_error: '平台出错',
    cancelled: '未查询',
  },
  headings: ZH_HEADINGS,
  periods: { total: '累计', month: '每月', '30d': '近 30 天' },
  scopes: { item: '件', shop: '全店', people: '人' },
  columns: ZH_COLUMNS,
  yes: '是',
  no: '否',
  list: (items) => items.join('、'),
  groups: (items) => items.join('；'),
  colon: '：',
  inParentheses: (text) => `（${text}）`,
  money: formatMoney,
  range: formatRange,
  from: (money) => `${money} 起`,
  count: formatCount,
  exact: formatExact,
  percent: formatPercent,
  duration: (ms) => {
    const { days, hours, minutes, seconds } = toDurationParts(ms);
    const parts = [
      days && `${days} 天`,
      hours && `${hours} 小时`,
      minutes && `${minutes} 分钟`,
      seconds && `${seconds} 秒`,
    ];
    return parts.filter(Boolean).join(' ');
  },
  dateTime: formatDateTime,
  time: (atMs, nowMs) => {
    const at = toLocalTime(atMs);
    const now = toLocalTime(nowMs);
    const day = `${at.month}月${at.day}日`;
    if (at.year !== now.year) return `${at.year}年${day}`;
    return at.month === now.month && at.day === now.day ? at.clock : `${day} ${at.clock}`;
  },
  counts: {
    products: (count) => `${formatExact(count)} 个商品`,
    lines: (count) => `${formatExact(count)} 行`,
    rows: (count) => `${formatExact(count)} 行`,
    calls: (count) => `${formatExact(count)} 次调用`,
    variants: (count) => `${formatExact(count)} 个规格`,
    days: (count) => `${formatExact(count)} 天`,
    problems: (count) => `${formatExact(count)} 个问题`,
  },
  facts: {
    priceName: ({ kind, isAssumed }) => (isAssumed ? '规格价' : priceKinds[kind]),
    price: (price) => zh.facts.nameAmount(describeAmount(price), price),
    nameAmount: (amount, price) =>
      price.isAssumed ? `${zh.facts.priceName(price)} ${amount}` : `${amount} ${zh.facts.priceName(price)}`,
    salesName: ({ scope, period = 'total' }) =>
      `${scope === 'shop' ? '全店' : ''}${(scope === 'people' ? BUYERS : SALES_NAMES)[period]}`,
    salesCount: formatSalesCount,
    sales: (sales) =>
      sales.count === undefined ? sales.text : `${zh.facts.salesName(sales)} ${formatSalesCount(sales)}`,
    reviews: ({ count, atLeast, goodRatePercent }) =>
      [
        count === undefined ? '' : `${formatCount(count)}${atLeast ? '+ ' : ''}条`,
        goodRatePercent === undefined ? '' : `好评率 ${formatPercent(goodRatePercent)}`,
      ]
        .filter(Boolean)
        .join('，'),
    completable: (names, source) => `${names.join('、')}；可以付费查：--source ${source}`,
    coupon: ({ amountFen, thresholdFen, to }) => {
      const [amount, threshold] = [amountFen, thresholdFen ?? 0].map((fen) => formatMoney(fen).slice(1));
      const end = to === undefined ? '' : `，${formatDay(Date.parse(to))}止`;
      return `${thresholdFen === undefined ? '' : `满 ${threshold} `}减 ${amount}${end}`;
    },
    left: (quantity, atLeast) => `剩 ${formatExact(quantity)}${atLeast ? '+' : ''} 件`,
    stock: ({ status, quantity, atLeast, regions = [] }) =>
      [
        stock[status],
        quantity === undefined ? '' : `剩 ${formatExact(quantity)}${atLeast ? '+' : ''} 件`,
        ...regions.map(({ name, quantity: left }) => `${name} ${formatExact(left)} 件`),
      ]
        .filter(Boolean)
        .join(' · '),
    seller: ({ selfOperated }) => (selfOperated === undefined ? '' : selfOperated ? '自营' : '第三方'),
    commission: ({ amountFen, ratePercent }) =>
      [
        amountFen === undefined ? '' : formatMoney(amountFen),
        ratePercent === undefined ? '' : `佣金比例 ${formatPercent(ratePercent)}`,
      ]
        .filter(Boolean)
        .join('，'),
  },
  history: {
    verdicts: {
      unknown: '数据还少',
      flat: '价格没变过',
      lowest: '90 天最低',
      good: '好价',
      usual: '平常价',
      high: '偏高',
    },
    verdict: ({ verdict, now, windows }) => {
      const window = windows.find(({ days }) => days === 90);
      const { coveredDays = 0, lowest, cheaperShare = 0, dearerShare = 0 } = window ?? {};
      const covered = `90 天里有 ${coveredDays} 天的价格。`;
      if (!now) return `现在买不到。${covered}`;
      const shown = `${formatMoney(now.fen)}（${priceKinds[now.kind]}）`;
      if (verdict === 'unknown') return `数据还少：${shown}。90 天里只有 ${coveredDays} 天的价格，无法判断。`;
      const head = `${zh.history.verdicts[verdict]}：${shown}`;
      if (verdict === 'flat' || !lowest) return `${head}。${covered}`;
      const share = formatPercent(Math.round((verdict === 'high' ? cheaperShare : dearerShare) * 100));
      const days = `90 天里 ${share} 的日子更${verdict === 'high' ? '便宜' : '贵'}`;
      const low = `${formatMoney(lowest.fen)}（${priceKinds[lowest.kind]}，${formatDate(lowest.date)}）`;
      return `${head}，${days}；最低 ${low}。${covered}`;
    },
    date: (date) => `${date.slice(0, 4)}年${formatDate(date)}`,
    lastDays: (days) => `近 ${days} 天`,
    lowest: '最低',
    median: '中位数',
    coveredDays: '有价格的天数',
    gone: '没有了',
    drop: (before, now, share) => `${before} → ${now}（降 ${share}）`,
    noDrops: (days) => `近 ${days} 天没有降价。`,
    imported: (taken) => `已导入 ${formatExact(taken)} 条。`,
    refused: (line, message) => `第 ${line} 行未导入：${message}`,
    removed: (series) => (series > 0 ? '已删除这个商品的价格走势。' : '这个商品没有价格走势。'),
    written: (path) => `已写入 ${path}。`,
    notBuyable: '现在买不到',
    cheapest: (title, price) => `有货里最便宜：${title}，${price}。`,
  },
  labels: {
    price: '现价',
    otherPrices: '其他价格',
    sales: '销量',
    reviews: '评价',
    stock: '库存',
    shop: '店铺',
    coupon: '优惠券',
    commission: '佣金',
    promotions: '优惠',
    delivery: '配送',
    regions: '各地库存',
    local: '发货地',
    service: '服务',
    activities: '活动',
    subsidy: '百亿补贴',
    rating: '评分',
    category: '类目',
    variants: '规格',
    unknown: '未知',
    note: '说明',
    link: '商品链接',
    promotionLink: '推广链接',
    source: '数据源',
    noTitle: '（没有标题）',
    cached: '缓存',
    simulated: '模拟数据',
  },
};

const BUYERS: Readonly<Record<keyof Words['periods'], string>> = {
  total: '购买人数',
  month: '月购买人数',
  '30d': '近 30 天购买人数',
};

/** A range that does not start at the amount belongs to other variants: both are shown. */
function describeAmount({ amountFen, fromFen, toFen }: Price): string {
  if (fromFen === undefined || toFen === undefined || fromFen === toFen) return formatMoney(amountFen);
  if (fromFen === amountFen) return formatRange(fromFen, toFen);
  return `${formatMoney(amountFen)}（各规格 ${formatRange(fromFen, toFen)}）`;
}

const formatDate = (date: string) => `${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`;
