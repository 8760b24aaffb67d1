import { findMarketplaceByName, type Marketplace } from '../../../marketplace.js';

/** What a column holds, as its header says. */
export type HeaderRole =
  | 'link'
  | 'text'
  /** Ids of one marketplace. */
  | 'marketplaceId'
  | 'productId'
  /** `编号` or `id` alone: ids or row numbers. */
  | 'weakId'
  | 'variantId'
  | 'platform'
  | 'ownCode'
  | 'rowNumber'
  | 'picture'
  | 'shop'
  | 'note'
  | 'other';

export interface Header {
  readonly role?: HeaderRole;
  /** Marketplace that it names. */
  readonly platform?: string;
  /** Whether the marketplace's own name stands in it. */
  readonly isNamed?: boolean;
}

export type HeaderReader = (cell: string) => Header;

/** In this order: what is said first is what the later, looser ones would take for something else. */
const ROLES: readonly (readonly [RegExp, HeaderRole])[] = [
  [/图|image|img|pic(?!k)|photo|照片|thumb|cover|logo/i, 'picture'],
  [/备注|说明|描述|注释|评语|notes?$|remark|comment|memo|desc/i, 'note'],
  [
    /订单|快递|物流|运单|单号|票号|电话|手机号|联系|收货|微信|qq|账号|帐号|卡号|工号|批号|批次|合同|税号|证件|身份证|phone|mobile|tracking|^order|invoice|account|wechat|e-?mail/i,
    'other',
  ],
  [
    /编码|货号|款号|型号|条码|条形码|料号|商家编|自编|内部|外部|barcode|\bean\b|\bupc\b|gtin|69码|isbn|\bmpn\b|code$|outer/i,
    'ownCode',
  ],
  [/^(?:序号?|行号?|项次|排名|排序|名次|#|№|no\.?|num(?:ber)?|index|idx|rank|row|seq)$/i, 'rowNumber'],
  [/^(?:id|编号)$/i, 'weakId'],
  [
    /^(?:所属|销售|来源|电商|店铺)?(?:platform|marketplace|平台|渠道|来源|商城|网站|站点|site|channel)(?:名称?)?$/i,
    'platform',
  ],
  [/^(?:input|text|内容|输入|输入内容|(?:share[\s_-]?text|分享文案|分享|口令|文案|淘口令)(?:\d*))$/i, 'text'],
  [/^.{0,8}(?:sku|规格|变体|variant|spec|款式)[\s_-]*(?:id|编号|no\.?|iid)?$/i, 'variantId'],
  [
    /^.{0,8}(?:商品|宝贝|产品|货品|单品|竞品|链接|连接|product|item|goods|ware|spu)[\s_-]*(?:数字)?(?:id|编号|no\.?|iid|id号|号)$/i,
    'productId',
  ],
  [/^num[\s_-]?iid$/i, 'productId'],
  [/店|shop|store|mall|seller|vendor|供应商|卖家|商家/i, 'shop'],
  [/url|link|href|uri|链接|连接|链结|鏈接|链接地址|网址|地址|网页/i, 'link'],
  [
    /名称|标题|品名|品牌|类目|分类|规格|颜色|尺码|单位|title|name|brand|category|spec|colou?r|size|价|金额|成本|佣金|price|cost|amount|销量|库存|数量|件数|sales|stock|qty|quantity|count|日期|时间|上架|下架|发布|date|time|created|updated|状态|status|评价|折扣|活动|负责人|作者|毛利|运费/i,
    'other',
  ],
  // Ids of anything else: 类目ID, 计划编号, user_id.
  [/^(?:\p{Script=Han}|.{2,}?)[\s_-]*(?:id|编号|号|号码)$/iu, 'other'],
];

/** Whatever else a header of theirs may say. */
const NEVER_IDS: readonly HeaderRole[] = ['picture', 'note', 'ownCode'];

const PRODUCT_CODE = /^(?:商品|宝贝|产品|sku)[\s_-]*(?:编码|code)$/i;

const MAX_HEADER_CHARS = 24;

/** Reads headers by their words; the marketplaces add the names of theirs. */
export function createHeaderReader(marketplaces: readonly Marketplace[]): HeaderReader {
  return (cell) => {
    const name = cleanHeader(cell);
    // `店铺：旗舰店` and sentences are titles above a table.
    if (name === '' || name.length > MAX_HEADER_CHARS || /[:：].|[。！？!?]/.test(name)) return {};
    const { rest, platform } = splitName(name, marketplaces);
    // A code is somebody's own, unless the marketplace's name stands before it.
    if (platform !== undefined && PRODUCT_CODE.test(rest)) {
      return { role: 'marketplaceId', platform, isNamed: true };
    }
    const plain = ROLES.find(([pattern]) => pattern.test(name))?.[1];
    if (plain !== undefined && NEVER_IDS.includes(plain)) return { role: plain };
    const owner = marketplaces.find(({ idColumns }) => idColumns.some((pattern) => pattern.test(name)));
    if (owner) return { role: 'marketplaceId', platform: owner.id };
    const role = ROLES.find(([pattern]) => pattern.test(rest))?.[1];
    const isNamedId =
      platform !== undefined && (role === 'productId' || role === 'weakId' || role === 'variantId');
    if (isNamedId) return { role: 'marketplaceId', platform, isNamed: true };
    return { role, platform, isNamed: platform !== undefined };
  };
}

/** `*商品链接（必填）：` is 商品链接. */
export function cleanHeader(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .replace(/\([^)]*\)|\[[^\]]*\]|【|】/g, '')
    .replace(/^[\s*★☆•"'“‘’”]+|[\s*★☆:："'“‘’”]+$/g, '')
    .trim();
}

/** A header that begins or ends with a marketplace's name, and what is left of it. */
function splitName(
  name: string,
  marketplaces: readonly Marketplace[],
): { readonly rest: string; readonly platform?: string } {
  for (const { id, names, aliases = [] } of marketplaces) {
    for (const word of [names.zh, names.en, id, ...aliases]) {
      const pattern = /^[\x20-\x7e]+$/.test(word) ? `(?<![a-z])${word}(?![a-z])` : word;
      const rest = name.replace(new RegExp(`^${pattern}(?:商城|平台)?[\\s_-]*|[\\s_-]*${pattern}$`, 'i'), '');
      if (rest !== name) return { rest: rest || name, platform: id };
    }
  }
  return { rest: name, platform: findMarketplaceByName(name, marketplaces)?.id };
}
