import {
  findParam,
  inParam,
  inPath,
  isHostOf,
  type LinkRule,
  listParam,
  type Marketplace,
} from '../../marketplace.js';

const GOODS_ID = /^[1-9]\d{5,14}$/;
/**
 * Several signs exist for one product, so a sign never identifies it. Two halves without underscore are an id of another
 * marketplace: every sign that was seen has one.
 */
const GOODS_SIGN = /^(?![a-z\d]+-[a-z\d]+$)[\w-]{20,100}$/i;
/** Names of files and of variants, hashes and own codes are made of such characters, too: these are of 38 to 44, of all kinds. */
const BARE_SIGN = /^(?=.*_)(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w-]{32,64}$/;
const MALL_ID = /^[1-9]\d{0,14}$/;
const TOKEN = /^[\w-]{4,64}$/;
/** `com.xunmeng.pinduoduo` stands in the place of the host in links of the app. */
const PAGE_HOSTS = [
  'mobile.yangkeduo.com',
  'yangkeduo.com',
  'app.yangkeduo.com',
  'mobile.pinduoduo.com',
  'com.xunmeng.pinduoduo',
];
const GOODS_PAGE = /^\/+(?:goods\d*|goods_comments|duo_coupon_landing)\.html$/i;
/** Other pages about one product: its reviews, its groups, paying for it. */
const PRODUCT_PAGE =
  /^\/+(?:goods\w*|\w*comments?|group\d*|pincard\w*|order_checkout|duo_coupon_landing)\.html$/i;
/** The parameter's spellings: the value of any, and of none where they differ. */
function findGoodsId(link: URL): string | undefined {
  const ids = new Set([...listParam(link, 'goods_id'), ...listParam(link, 'goodsId')]);
  const [id, ...others] = ids;
  return id !== undefined && others.length === 0 && GOODS_ID.test(id) ? id : undefined;
}

function inGoodsId(hosts: readonly string[], path: RegExp): LinkRule['match'] {
  return (link) =>
    isHostOf(link.hostname, hosts) && path.test(link.pathname) ? findGoodsId(link) : undefined;
}

const hasGoodsId = (link: URL) =>
  listParam(link, 'goods_id').length > 0 || listParam(link, 'goodsId').length > 0;

const MALL_PAGE = /^\/+mall_page\.html$/i;

const links: LinkRule[] = [
  {
    kind: 'shop',
    form: 'mobile.yangkeduo.com/mall_page.html?mall_id=<mallId>',
    match: inParam(PAGE_HOSTS, MALL_PAGE, 'mall_id', MALL_ID),
    examples: [
      {
        text: 'http://mobile.yangkeduo.com/mall_page.html?mall_id=516573367&goods_id=6752326139',
        id: '516573367',
      },
    ],
  },
  {
    kind: 'product',
    form: 'mobile.yangkeduo.com/(goods|goods1|goods2|goods_comments|duo_coupon_landing).html?goods_id=<goodsId>',
    match: inGoodsId(PAGE_HOSTS, PRODUCT_PAGE),
    examples: [
      {
        text: 'https://mobile.yangkeduo.com/goods.html?goodsId=649553632705&page_from=29',
        id: '649553632705',
      },
      {
        text: 'https://mobile.yangkeduo.com/goods.html?_wvx=10&goods_id=8420152864#pushState',
        id: '8420152864',
      },
      { text: 'http://yangkeduo.com/goods_comments.html?goods_id=118885061601', id: '118885061601' },
      { text: 'http://app.yangkeduo.com/goods1.html?goods_id=1999629976', id: '1999629976' },
      { text: 'https://mobile.pinduoduo.com/goods2.html?goods_id=627575562243', id: '627575562243' },
      {
        text: 'https://mobile.yangkeduo.com/app.html?launch_url=duo_coupon_landing.html%3Fgoods_id%3D2478116379',
        id: '2478116379',
      },
      { text: 'pinduoduo://com.xunmeng.pinduoduo/goods.html?goods_id=8420152864', id: '8420152864' },
    ],
  },
  {
    kind: 'product',
    idType: 'goods_sign',
    form: 'mobile.yangkeduo.com/duo_coupon_landing.html?goods_sign=<goodsSign>',
    match: (link) =>
      hasGoodsId(link) ? undefined : inParam(PAGE_HOSTS, GOODS_PAGE, 'goods_sign', GOODS_SIGN)(link),
    examples: [
      {
        text: 'https://mobile.yangkeduo.com/duo_coupon_landing.html?pid=13436888_221973215&goods_sign=E9b2xO1zPBNLXBNhwfDchu9rOlfmjN_89g_J7rMXyru4',
        id: 'E9b2xO1zPBNLXBNhwfDchu9rOlfmjN_89g_J7rMXyru4',
      },
    ],
  },
  {
    kind: 'product',
    idType: 'goods_sign',
    form: 'jinbao.pinduoduo.com/goods-detail?s=<goodsSign>',
    match: inParam(['jinbao.pinduoduo.com'], /^\/+goods-detail\/?$/i, 's', GOODS_SIGN),
    examples: [
      {
        text: 'https://jinbao.pinduoduo.com/goods-detail?s=Y9z2s_dyW-dU8LcVwvfZCxeQHhqL5_0E_J976NZBG2',
        id: 'Y9z2s_dyW-dU8LcVwvfZCxeQHhqL5_0E_J976NZBG2',
      },
    ],
  },
  {
    kind: 'product',
    form: '(youhui|jinbao).pinduoduo.com/goods/goods-detail?goodsId=<goodsId>, mms.pinduoduo.com/goods/goods_detail?goods_id=<goodsId>',
    match: (link) =>
      inGoodsId(
        ['youhui.pinduoduo.com', 'jinbao.pinduoduo.com'],
        /^\/+(?:goods\/+)?goods-detail\/?$/i,
      )(link) ?? inGoodsId(['mms.pinduoduo.com'], /^\/+goods\/+goods_(?:detail|edit|add)(?:\/|$)/i)(link),
    examples: [
      { text: 'https://youhui.pinduoduo.com/goods/goods-detail?goodsId=1517243181', id: '1517243181' },
      { text: 'https://mms.pinduoduo.com/goods/goods_detail?goods_id=500341034962', id: '500341034962' },
    ],
  },
  {
    kind: 'product',
    form: 'pifa.pinduoduo.com/goods/detail/?gid=<goodsId>',
    match: inParam(['pifa.pinduoduo.com'], /^\/+goods\/detail\/?$/i, 'gid', GOODS_ID),
    examples: [{ text: 'https://pifa.pinduoduo.com/goods/detail/?gid=276588921155', id: '276588921155' }],
  },
  {
    kind: 'short',
    form: 'p.pinduoduo.com/<code>',
    match: inPath(['p.pinduoduo.com'], /^\/+([\w-]+)\/?$/),
    examples: [{ text: 'https://p.pinduoduo.com/r5NkvCYJ?sc=EFAC', id: null }],
  },
  {
    kind: 'short',
    form: 'mobile.yangkeduo.com/goods.html?ps=<token>, mall_page.html?ps=<token>',
    match: (link) => {
      // A page that names its product badly, or two of them, stays unknown.
      if (hasGoodsId(link)) return undefined;
      const isPage = GOODS_PAGE.test(link.pathname) || MALL_PAGE.test(link.pathname);
      const token = findParam(link, 'ps');
      return isPage && isHostOf(link.hostname, PAGE_HOSTS) && token && TOKEN.test(token) ? token : undefined;
    },
    examples: [
      { text: 'https://mobile.yangkeduo.com/goods2.html?ps=CQGwm6NMIa', id: null },
      { text: 'https://mobile.yangkeduo.com/mall_page.html?ps=WaQeS00tDn', id: null },
    ],
  },
];

export const pdd: Marketplace = {
  id: 'pdd',
  names: { zh: '拼多多', en: 'Pinduoduo' },
  aliases: ['pin duo duo', 'yangkeduo', '拼夕夕', '多多', '并夕夕'],
  hosts: ['.yangkeduo.com', '.pinduoduo.com'],
  schemes: ['pinduoduo:'],
  links,
  nestedParams: ['launch_url', 'url', 'from'],
  // Redirects only: no host of it is known to forward by page.
  shortLinks: { htmlHosts: [], findNextUrl: () => undefined },
  ids: [
    { pattern: GOODS_ID, example: '8420152864' },
    {
      idType: 'goods_sign',
      pattern: GOODS_SIGN,
      barePattern: BARE_SIGN,
      example: 'Y9z2s_dyW-dU8LcVwvfZCxeQHhqL5_0E_J976NZBG2',
    },
  ],
  shopId: MALL_ID,
  idColumns: [/^goods[_ -]?id$/i],
  shownHosts: ['.pddpic.com', '.yangkeduo.com', '.pinduoduo.com'],
  productUrl: (id, idType) => {
    if (idType === 'goods_sign') return `https://jinbao.pinduoduo.com/goods-detail?s=${id}`;
    return idType === undefined ? `https://mobile.yangkeduo.com/goods.html?goods_id=${id}` : undefined;
  },
  shopUrl: (shopId) => `https://mobile.yangkeduo.com/mall_page.html?mall_id=${shopId}`,
};
