import type { Outcome, PriceKind, ProductJson } from '../../../src/core/index.js';

export type Language = 'en' | 'zh';

/** A text in both languages. */
type Said = Readonly<Record<Language, string>>;

/** Missing words are a type error: a new price kind, outcome or field has to be explained. */
export const PRICE_WORDS: Readonly<Record<PriceKind, Said>> = {
  list: { en: 'the list price, often crossed out', zh: '原价（划线价）' },
  sale: { en: 'the price for everyone now', zh: '促销价：现在人人可买的价格' },
  coupon: { en: 'what is paid after a coupon that anyone can take', zh: '券后价：领券后的价格，人人可领' },
  group: { en: 'the price when buying in a group', zh: '拼单价' },
  single: { en: 'the price when buying alone', zh: '单买价' },
  member: { en: 'the price for members', zh: '会员价' },
  cost: { en: "the merchant's own cost; never shown in group chats", zh: '商家成本价；群聊中绝不显示' },
};

export const OUTCOME_WORDS: Readonly<Record<Outcome, Said>> = {
  ok: { en: 'A product.', zh: '查到商品。' },
  not_found: {
    en: 'The upstream says that there is no such product, or does not return it.',
    zh: '上游表示没有这个商品，或没有返回它。',
  },
  invalid: { en: 'The input has to be changed; the message says how.', zh: '输入需要修改，提示里有写法。' },
  unsupported: { en: 'Understood, but no provider can answer it.', zh: '看懂了，但没有接口能回答。' },
  not_configured: {
    en: 'Credentials are missing or refused; the operator must act.',
    zh: '缺少凭据或凭据被拒绝，需要运营者处理。',
  },
  throttled: {
    en: 'The quota is used up; waiting helps. A batch waits by itself.',
    zh: '额度用完，稍后即可；批量任务会自己等待。',
  },
  upstream_error: {
    en: 'The upstream failed, also after retries. `--retry-failed` asks again.',
    zh: '上游出错，重试后仍失败。`--retry-failed` 可再问一次。',
  },
  cancelled: {
    en: 'Stopped before an answer came; resuming asks again.',
    zh: '得到答案前被取消，继续任务时会再问。',
  },
};

export const FIELD_WORDS: Readonly<Record<keyof ProductJson, Said>> = {
  platform: { en: 'marketplace', zh: '平台' },
  id: { en: 'id of the product, always text', zh: '商品编号，永远是文本' },
  id_type: { en: 'kind of id, when it is not the ordinary one', zh: '编号种类（不是普通编号时才有）' },
  url: { en: 'clean link', zh: '干净的链接' },
  title: { en: 'title, written by the seller', zh: '标题（商家所写）' },
  description: {
    en: 'what the seller says about it besides the title (full)',
    zh: '标题之外的商家描述（完整输出）',
  },
  image: { en: 'main picture', zh: '主图' },
  images: { en: 'all pictures (full)', zh: '全部图片（完整输出）' },
  detail_images: { en: 'pictures of the description (full)', zh: '详情图（完整输出）' },
  video: { en: 'link to the video (full)', zh: '视频链接（完整输出）' },
  categories: {
    en: '`id` and `name` of each category, from the widest to the narrowest (full)',
    zh: '各级类目的 `id` 与 `name`，从大类到小类（完整输出）',
  },
  price: {
    en: 'the price to show: `amount`, `kind`, `currency`; `from` and `to` over the SKUs',
    zh: '展示价格：`amount`、`kind`、`currency`；`from`/`to` 为各规格的范围',
  },
  prices: { en: 'all prices that are known, each with its kind', zh: '已知的全部价格，各带种类' },
  coupons: {
    en: '`amount`, `threshold` (least to spend), `from`, `to`, `remaining`, `link`, `promotion_link` where that one earns the operator a commission',
    zh: '优惠券：`amount`、门槛 `threshold`、`from`、`to`、剩余 `remaining`、`link`；为运营者带来佣金的链接有 `promotion_link`',
  },
  subsidy: { en: "whether the marketplace's own subsidy takes part in the price", zh: '是否参加百亿补贴' },
  sales: {
    en: '`count`, `at_least`, `approximate`, `scope`, `period` and the `text` it was read from; only the text where it has no number',
    zh: '`count`、`at_least`、`approximate`、`scope`、`period`，以及原文 `text`；读不出数字时只有原文',
  },
  reviews: {
    en: '`count` (`at_least` where it is cut down) and `good_rate` (0 to 100)',
    zh: '`count`（`at_least`：至少）与好评率 `good_rate`（0–100）',
  },
  rating: { en: 'rating of the product, as given (full)', zh: '商品评分原文（完整输出）' },
  stock: {
    en: '`status`, `quantity` (`at_least` where it is cut down), `regions`',
    zh: '`status`、`quantity`（`at_least`：至少）、`regions`',
  },
  skus: {
    en: 'variants, each with `id`, `spec_id`, `spec_ids`, `attributes`, `prices`, `stock`, `presale`, `coupon` (full)',
    zh: '各规格的 `id`、`spec_id`、`spec_ids`、属性、价格、库存、预售 `presale`、`coupon`（完整输出）',
  },
  sku_count: { en: 'number of variants', zh: '规格数' },
  shop: {
    en: '`id`, `name`, `self_operated`; `logo`, `goods_count`, `rating` (full)',
    zh: '`id`、`name`、是否自营 `self_operated`；`logo`、商品数 `goods_count`、评分 `rating`（完整输出）',
  },
  commission: { en: '`amount` (yuan), `rate` (percent)', zh: '佣金 `amount`（元）、`rate`（%）' },
  promotions: { en: 'promotion texts', zh: '促销文案' },
  attributes: { en: 'properties with their values (full)', zh: '商品属性（完整输出）' },
  delivery: { en: 'texts about delivery', zh: '物流文案' },
  local: { en: 'where it is sent from (full)', zh: '发货地（完整输出）' },
  activities: { en: 'texts about current events (full)', zh: '活动文案（完整输出）' },
  service: { en: 'what the seller promises (full)', zh: '服务承诺（完整输出）' },
  completed_by: {
    en: '`source`, `parts` (`skus`, `stock`, `reviews`) and `fetched_at`: what another source knew; prices are never of that one, and its SKUs have none',
    zh: '由另一数据源补充的部分：`source`、`parts`（`skus`、`stock`、`reviews`）、`fetched_at`；价格从不来自它，它的规格也不带价格',
  },
  completable_by: {
    en: '`source` and `parts` that a paid source may know, which was not asked: `--source`, or `BIJIA_PAID_FALLBACK=1`',
    zh: '按次付费的数据源可能知道、但没有问的部分：`source`、`parts`；用 `--source`，或设 `BIJIA_PAID_FALLBACK=1`',
  },
  buy_link: { en: "link to buy through, with the operator's commission", zh: '带推广的购买链接' },
  notes: { en: 'what a reader must know to read the numbers correctly', zh: '读懂这些数字所需的说明' },
  source: { en: 'provider that answered', zh: '回答的数据源' },
  fetched_at: { en: 'when it was fetched, UTC', zh: '获取时间（UTC）' },
  cached: { en: 'true if the answer came from the cache', zh: '来自缓存时为 true' },
  sandbox: { en: 'true for made-up data', zh: '模拟数据时为 true' },
};

/** Fixed words of the tables. */
export const TABLE_WORDS = {
  marketplace: { en: 'Marketplace', zh: '平台' },
  leadsTo: { en: 'Leads to', zh: '指向' },
  forms: { en: 'Forms', zh: '形式' },
  answeredBy: { en: 'Answered by', zh: '数据源' },
  provider: { en: 'Provider', zh: '数据源' },
  answers: { en: 'Answers', zh: '能回答' },
  credentials: { en: 'Credentials', zh: '凭据' },
  quota: { en: 'Quota by default', zh: '默认额度' },
  dialects: { en: 'Protocols', zh: '接口协议' },
  variable: { en: 'Variable', zh: '变量' },
  default: { en: 'Default', zh: '默认' },
  meaning: { en: 'Meaning', zh: '含义' },
  outcome: { en: 'Outcome', zh: '结果' },
  priceKind: { en: 'Kind', zh: '种类' },
  field: { en: 'Field', zh: '字段' },
  column: { en: 'Column', zh: '列' },
  product: { en: 'product', zh: '商品' },
  shop: { en: 'shop', zh: '店铺' },
  search: { en: 'search', zh: '搜索' },
  text: { en: 'share codes', zh: '口令' },
  link: { en: 'promotion links', zh: '推广链接' },
  short: { en: 'short link', zh: '短链' },
  opened: { en: 'opened first', zh: '先打开再查' },
  notYet: { en: 'not yet', zh: '暂不支持' },
  required: { en: '**required**', zh: '**必填**' },
  general: { en: 'General', zh: '通用' },
  bot: { en: 'Telegram bot', zh: 'Telegram 机器人' },
  team: { en: 'MCP over HTTP', zh: 'MCP（HTTP）' },
} as const satisfies Record<string, Said>;
