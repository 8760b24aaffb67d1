import {
  findParam,
  inParam,
  inPath,
  isHostOf,
  type LinkRule,
  listParam,
  type Marketplace,
} from '../../marketplace.js';
import { NEW_ID } from './item-ids.js';

const NUMBER = /^[1-9]\d{4,19}$/;
const CODE = /^\/+([\w.-]+)\/?$/;
/** Opaque, of any length: it only tells two links apart. */
const OPAQUE = /^[\w%+/=.~& -]{4,2000}$/;
/** Of the pages of the app only those of products: second-hand goods, journeys and live rooms have ids of their own. */
const APP_PAGE =
  /^(?!.*(?:2shou|idle|flea|live|video|trip|travel|hotel|auction|paimai|movie|shop)).*\/(?:\w+-)*detail[\w-]*(?:\/|\.html?$|$)/i;
const ITEM_PAGE = /\/item(?:_o)?\.html?$/i;
const ITEM_HOSTS = [
  'item.taobao.com',
  'item.m.taobao.com',
  'detail.tmall.com',
  'detail.m.tmall.com',
  'detail.tmall.hk',
  'chaoshi.detail.tmall.com',
];
/** Pages of the app, each of which names its product in the same way. */
const APP_HOSTS = [
  ...['h5.m.taobao.com', 'main.m.taobao.com', 'market.m.taobao.com', 'm.intl.taobao.com'],
  'new.m.taobao.com',
];
const WORLD_HOSTS = ['world.taobao.com', 'world.tmall.com', 'tw.taobao.com', 'www.taobao.com'];
const UNION_HOSTS = ['uland.taobao.com'];

/** @param id the form that the value of `id` has */
function inItemPage(id: RegExp): LinkRule['match'] {
  const rules = [
    inParam(ITEM_HOSTS, ITEM_PAGE, 'id', id),
    inParam(['item.taobao.com'], /\/item(?:_detail)?\.html?$/i, 'item_num_id', id),
    inParam(['detail.ju.taobao.com'], /^\/+home\.html?$/i, 'item_id', id),
    inParam(APP_HOSTS, APP_PAGE, 'id', id),
    inParam(UNION_HOSTS, /^\/+item\/edetail\/?$/i, 'id', id),
  ];
  return (link) => rules.map((match) => match(link)).find((found) => found !== undefined);
}

function findShopNumber(link: URL): string | undefined {
  const named = /^shop([1-9]\d{4,14})(?:\.m)?\.taobao\.com$/.exec(link.hostname)?.[1];
  return listParam(link, 'id').length > 0 ? undefined : named;
}

/** An opaque link of the alliance. */
function findUnionCode(link: URL): string | undefined {
  if (!isHostOf(link.hostname, ['s.click.taobao.com', ...UNION_HOSTS])) return undefined;
  const e = findParam(link, 'e');
  if (e !== undefined) return OPAQUE.test(e) ? e : undefined;
  return inPath(['s.click.taobao.com'], CODE)(link);
}

const links: LinkRule[] = [
  {
    kind: 'product',
    form: 'item.taobao.com/item.htm?id=<id>, detail.tmall.com/item.htm?id=<id>',
    match: inItemPage(NUMBER),
    examples: [
      { text: 'https://item.taobao.com/item.htm?id=713417934359', id: '713417934359' },
      { text: 'https://detail.tmall.com/item.htm?bxsign=x&id=679540837892', id: '679540837892' },
      { text: 'https://detail.m.tmall.com/item.htm?id=523130215596', id: '523130215596' },
      { text: 'http://h5.m.taobao.com/awp/core/detail.htm?spm=686.10&id=561356305917', id: '561356305917' },
      { text: 'https://main.m.taobao.com/security-h5-detail/home?id=561356305917', id: '561356305917' },
      { text: 'https://detail.ju.taobao.com/home.htm?item_id=561356305917', id: '561356305917' },
    ],
  },
  {
    kind: 'product',
    idType: 'item_id',
    form: 'item.taobao.com/item.htm?id=<itemId>, detail.tmall.com/item.htm?id=<itemId>, uland.taobao.com/item/edetail?id=<itemId>',
    match: inItemPage(NEW_ID),
    examples: [
      {
        text: 'https://detail.tmall.com/item.htm?id=TestPartAxxxxxxxxxxxxxxxx-TestPartBxxxxxxxxx',
        id: 'TestPartAxxxxxxxxxxxxxxxx-TestPartBxxxxxxxxx',
      },
    ],
  },
  {
    kind: 'product',
    form: 'a.m.taobao.com/i<id>.htm, (world|tw).taobao.com/item/<id>.htm, www.taobao.com/list/item/<id>.htm',
    match: (link) =>
      inPath(['a.m.taobao.com'], /^\/+i([1-9]\d{4,19})\.html?$/i)(link) ??
      inPath(WORLD_HOSTS, /^\/+(?:list\/+)?item\/([1-9]\d{4,19})\.html?$/i)(link),
    examples: [
      { text: 'https://a.m.taobao.com/i561356305917.htm', id: '561356305917' },
      { text: 'https://world.tmall.com/item/713417934359.htm', id: '713417934359' },
      { text: 'https://www.taobao.com/list/item/713417934359.htm', id: '713417934359' },
    ],
  },
  {
    kind: 'product',
    form: 'uland.taobao.com/coupon/edetail?activityId=<coupon>&itemId=<id>',
    match: (link) =>
      findUnionCode(link) === undefined
        ? inParam(UNION_HOSTS, /^\/+coupon\/edetail\/?$/i, 'itemId', NUMBER)(link)
        : undefined,
    examples: [
      {
        text: 'https://uland.taobao.com/coupon/edetail?activityId=a1b2&itemId=562441235623&pid=mm_1_2_3',
        id: '562441235623',
      },
    ],
  },
  {
    kind: 'shop',
    form: 'shop<shopId>.taobao.com',
    match: findShopNumber,
    examples: [{ text: 'https://shop123456789.taobao.com/', id: '123456789' }],
  },
  {
    kind: 'short',
    form: 'e.tb.cn/<code>, m.tb.cn/<code>',
    match: inPath(['e.tb.cn', 'm.tb.cn'], CODE),
    examples: [
      { text: 'https://e.tb.cn/h.7qFeOVKt2sKIyvf?tk=kPtyU7QJ8po', id: null },
      { text: 'https://m.tb.cn/h.fcPT0o5?sm=b18b7f', id: null },
    ],
  },
  {
    kind: 'short',
    form: 's.click.taobao.com/<code>, uland.taobao.com/coupon/edetail?e=<code>',
    match: findUnionCode,
    examples: [
      { text: 'https://s.click.taobao.com/t?e=m%3D2%26s%3DabcDEF123', id: null },
      { text: 'https://s.click.taobao.com/AbCdEf1', id: null },
      { text: 'https://uland.taobao.com/coupon/edetail?e=abcDEF123', id: null },
    ],
  },
];

/** Taobao and Tmall: one catalogue, one kind of id; a link of either opens the other's products too. */
export const taobao: Marketplace = {
  id: 'taobao',
  names: { zh: '淘宝', en: 'Taobao' },
  aliases: ['淘宝网', 'tb', '天猫', 'tmall', '天猫国际', '天猫超市'],
  hosts: ['.taobao.com', '.tb.cn', '.tmall.com', '.tmall.hk'],
  schemes: ['taobao:', 'tbopen:', 'tmall:'],
  links,
  nestedParams: ['redirecturl', 'redirect_url', 'h5url', 'url', 'target'],
  ids: [
    { pattern: /^[1-9]\d{4,13}$/, barePattern: /^[1-9]\d{8,13}$/, example: '713417934359' },
    { idType: 'item_id', pattern: NEW_ID, example: 'TestPartAxxxxxxxxxxxxxxxx-TestPartBxxxxxxxxx' },
  ],
  shopId: /^[1-9]\d{4,14}$/,
  idColumns: [/^num[_ -]?iid$/i, /^宝贝(?:数字)?(?:id|编号)$/i],
  idLabels: [/^宝贝(?:id|编号)$/i],
  shownHosts: ['.alicdn.com', '.taobaocdn.com', '.taobao.com', '.tmall.com', '.tb.cn'],
  productUrl: (id, idType) =>
    idType === undefined || idType === 'item_id' ? `https://item.taobao.com/item.htm?id=${id}` : undefined,
  shopUrl: (shopId) => `https://shop${shopId}.taobao.com/`,
};
