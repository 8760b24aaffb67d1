import { findParam, inParam, inPath, type LinkRule } from '../../marketplace.js';

export const SKU = /^[1-9]\d{0,19}$/;
/** Union's opaque product id: about 43 characters, and only the part after `_` stays the same. */
export const ITEM_ID = /^(?=.{30,64}$)[A-Za-z0-9]+_[A-Za-z0-9]+$/;
export const ANY_PATH = /^/;
const WARE_HOSTS = ['.jd.com', '.jd.hk', '.yiyaojd.com', '.jkcsjd.com'];
const WQ_HOSTS = ['wq', 'wqitem', 'wqs', 'wqmitem'].flatMap((name) => [`${name}.jd.com`, `${name}.jd.hk`]);
const SKU_PARAM_HOSTS = [...WQ_HOSTS, 'wxa.jd.com', 'm.jingxi.com'];
/** Item pages of JD, of its firms' and staff's shops (`i-item`, `ic-item`), and of e-books. */
const ITEM_HOST = /^(?:(?:[a-z]{1,4}-|cps\.)?item|item\.m|item\.paipai|e|e\.m)\.jd\.com$/;
/** The links of the apps. */
export const SCHEMES = ['openapp.jdmobile:', 'openapp.jdpingou:', 'openjd:', 'openjdlite:'];

/** A web page that opens the app, at the link into it that stands in its address. */
const APP_OPENER = 'linkst.m.jd.com';

/** A page of the app, such as `virtual?params={"des":"productDetail","skuId":"…"}`. */
export function inApp(destination: string, name: string, value: RegExp): LinkRule['match'] {
  return (link) => {
    const isIntoApp = SCHEMES.includes(link.protocol) || link.hostname === APP_OPENER;
    const des = findParam(link, 'des')?.toLowerCase();
    if (!isIntoApp || des !== destination.toLowerCase()) return undefined;
    const found = findParam(link, name);
    return found !== undefined && value.test(found) ? found : undefined;
  };
}

/** Pages of products, in the shop and in its apps. */
export const productPages: LinkRule[] = [
  {
    kind: 'product',
    form: 'item.jd.com/<sku>.html, e.jd.com/<sku>.html (e-books)',
    match: (link) =>
      ITEM_HOST.test(link.hostname)
        ? /^\/+(?:ebook\/+)?([1-9]\d{0,19})\.html?(?![a-z])/i.exec(link.pathname)?.[1]
        : undefined,
    examples: [
      { text: 'https://item.jd.com/100008348542.html', id: '100008348542' },
      { text: 'https://i-item.jd.com/10035386897105.html#crumb-wrap', id: '10035386897105' },
      { text: 'http://cps.item.jd.com/5089253.html?cpslink=0%26test=2', id: '5089253' },
      { text: 'https://item.paipai.jd.com/100000205012.html#none', id: '100000205012' },
      { text: 'https://item.m.jd.com/100198170140.html?cu=true', id: '100198170140' },
      { text: 'openApp.jdMobile://item.jd.com/1515101139.html', id: '1515101139' },
      { text: '电子版在京东读书 https://e.jd.com/30513215.html', id: '30513215' },
    ],
  },
  {
    kind: 'product',
    form: '(item|npcitem|pcitem|mitem).jd.hk/<sku>.html, *.yiyaojd.com/<sku>.html, *.jkcsjd.com/product/<sku>.html',
    match: inPath(
      ['item.jd.hk', 'npcitem.jd.hk', 'pcitem.jd.hk', 'mitem.jd.hk', '.yiyaojd.com', '.jkcsjd.com'],
      /^\/+(?:product\/)?([1-9]\d{0,19})\.html(?![a-z])/i,
    ),
    examples: [
      { text: 'https://item.jd.hk/26625507008.html', id: '26625507008' },
      { text: 'https://npcitem.jd.hk/10079337647118.html#none', id: '10079337647118' },
      { text: 'https://pcitem.jd.hk/2362428.html', id: '2362428' },
      { text: 'https://mitem.jd.hk/product/100358795300.html', id: '100358795300' },
      { text: 'https://item.yiyaojd.com/100009773041.html', id: '100009773041' },
      { text: 'https://mitem.jkcsjd.com/product/66799436302.html', id: '66799436302' },
    ],
  },
  {
    kind: 'product',
    form: 'item.m.jd.com/product/<sku>.html, in.m.jd.com/product/<page>/<sku>.html',
    match: inPath(
      ['item.m.jd.com', 'in.m.jd.com', 'm.jd.com'],
      /^\/+(?:product|comments)\/(?:[a-z]+\/)?([1-9]\d{0,19})(?:\.html(?![a-z])|\/?$)/i,
    ),
    examples: [
      { text: 'https://m.jd.com/product/100012043978?utm_source=share', id: '100012043978' },
      { text: 'https://item.m.jd.com/product/52204923561.html', id: '52204923561' },
      { text: 'https://in.m.jd.com/product/guige/5225346.html', id: '5225346' },
    ],
  },
  {
    kind: 'product',
    form: '…/ware/view.action?wareId=<sku>',
    match: inParam(WARE_HOSTS, /\/ware\/view\.action$/i, 'wareId', SKU),
    examples: [
      { text: 'https://mitem.jd.hk/ware/view.action?wareId=100017184844&sid=1', id: '100017184844' },
      { text: 'http://item.m.jd.com/ware/view.action?wareId=1722509764', id: '1722509764' },
    ],
  },
  {
    kind: 'product',
    form: '(wq|wqitem|wqs|wqmitem).jd.(com|hk)/…?sku=<sku>, m.jingxi.com/item/view?sku=<sku>',
    match: (link) =>
      inParam(SKU_PARAM_HOSTS, ANY_PATH, 'sku', SKU)(link) ??
      inParam(SKU_PARAM_HOSTS, ANY_PATH, 'sku_id', SKU)(link),
    examples: [
      { text: 'https://wxa.jd.com/wq.jd.com/graphext/draw?sku=10072045922952', id: '10072045922952' },
      { text: 'https://wq.jd.com/pingou_api/GetAutoTuan?sku_id=35097232463&from=cps', id: '35097232463' },
      { text: 'https://wqitem.jd.com/item/view?sku=10072045922952&ptag=138631.89.2', id: '10072045922952' },
      { text: 'https://wqs.jd.com/item/jd.shtml?sku=59319389027', id: '59319389027' },
      { text: 'https://wqitem.jd.hk/item/view?sku=100017184844', id: '100017184844' },
      { text: 'https://m.jingxi.com/item/view?_fd=jx&sku=200146970051&cu=true', id: '200146970051' },
    ],
  },
  {
    kind: 'product',
    form: 'kpl.m.jd.com/product?wareId=<sku>',
    match: inParam(['kpl.m.jd.com'], /^\/+product(?:\.html)?\/?$/i, 'wareId', SKU),
    examples: [{ text: 'https://kpl.m.jd.com/product?wareId=43133951261', id: '43133951261' }],
  },
  {
    kind: 'product',
    form: 're.jd.com/cps/item/<sku>.html',
    match: inPath(['re.jd.com'], /^\/+cps\/item\/([1-9]\d{0,19})\.html/i),
    examples: [{ text: 'https://re.jd.com/cps/item/5825376.html?cu=true', id: '5825376' }],
  },
  {
    kind: 'product',
    form: 'cart.jd.com/gate.action?pid=<sku>, cart.jd.com/addToCart.html?pid=<sku>',
    match: inParam(['cart.jd.com'], /^\/+(?:gate\.action|addToCart\.html)$/i, 'pid', SKU),
    examples: [
      { text: 'http://cart.jd.com/gate.action?pid=2567304&pcount=1&ptype=1', id: '2567304' },
      { text: 'href="//cart.jd.com/gate.action?pid=6805332&amp;pcount=1&amp;ptype=1"', id: '6805332' },
    ],
  },
  {
    kind: 'product',
    form: 'club.jd.com/review/<sku>-….html (reviews), item.jd.com/bigimage.aspx?id=<sku> (pictures)',
    match: (link) =>
      inPath(['club.jd.com'], /^\/+(?:review|comment|consultation)\/([1-9]\d{0,19})[-.]/i)(link) ??
      inParam(['item.jd.com'], /^\/+bigimage\.aspx$/i, 'id', SKU)(link),
    examples: [
      { text: 'http://club.jd.com/review/1515101139-1-1.html', id: '1515101139' },
      { text: 'http://item.jd.com/bigimage.aspx?id=1515101139', id: '1515101139' },
    ],
  },
  {
    kind: 'product',
    form: 'wqsitem.jd.com/detail/<sku>_….html, wqsitem.jd.com/detail/0_d<sku>_….html',
    match: inPath(['wqsitem.jd.com'], /^\/+detail\/(?:0_d)?([1-9]\d{0,19})_[\w-]*\.html$/i),
    examples: [
      { text: 'https://wqsitem.jd.com/detail/100012043978_d1234567_normal.html', id: '100012043978' },
      { text: 'https://wqsitem.jd.com/detail/0_d100012043978_normal.html', id: '100012043978' },
    ],
  },
  {
    kind: 'product',
    form: 'www.360buy.com/product/<sku>.html',
    match: inPath(['.360buy.com'], /^\/+product\/([1-9]\d{0,19})\.html/i),
    examples: [{ text: 'http://www.360buy.com/product/140007.html', id: '140007' }],
  },
  {
    kind: 'product',
    form: 'openapp.jdmobile://virtual?params={"des":"productDetail","skuId":"<sku>"}, alone or behind linkst.m.jd.com/ul/ul.action?',
    match: inApp('productDetail', 'skuId', SKU),
    examples: [
      {
        text: 'https://linkst.m.jd.com/ul/ul.action?openApp.jdMobile://virtual?params={"des":"productDetail","skuId":"100000287113"}',
        id: '100000287113',
      },
      {
        text: 'openApp.jdMobile://virtual?params={"category":"jump","des":"productDetail","skuId":"4099139"}',
        id: '4099139',
      },
      {
        text: 'openjd://virtual?params=%7B%22des%22%3A%22productDetail%22%2C%22skuId%22%3A%22100009177424%22%7D',
        id: '100009177424',
      },
      {
        text: 'openjdlite://virtual?params={"category":"jump","des":"productDetail","skuId":"100012043978"}',
        id: '100012043978',
      },
      {
        text: 'openApp.jdPinGou://virtual?params={"category":"jump","des":"productDetail","skuId":"200146970051"}',
        id: '200146970051',
      },
    ],
  },
];

/** The pages of the affiliate app carried plain SKU ids before they carried Union's. */
export const affiliatePages: LinkRule[] = [
  {
    kind: 'product',
    idType: 'item_id',
    form: 'jingfen.jd.com/detail/<itemId>.html',
    match: inPath(['jingfen.jd.com'], /^\/+detail\/((?=.{30,64}\.html)[a-z0-9]+_[a-z0-9]+)\.html/i),
    examples: [
      {
        text: 'jingfen.jd.com/detail/MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH.html',
        id: 'MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH',
      },
    ],
  },
  {
    kind: 'product',
    idType: 'item_id',
    form: 'jingfen.jd.com/item.html?sku=<itemId>',
    match: inParam(['jingfen.jd.com'], /^\/+item\.html$/i, 'sku', ITEM_ID),
    examples: [
      {
        text: 'https://jingfen.jd.com/item.html?sku=0R8MFLTjZ9fAWcIKI0By5ott_3UIh70cmFZsFn8g1a5',
        id: '0R8MFLTjZ9fAWcIKI0By5ott_3UIh70cmFZsFn8g1a5',
      },
    ],
  },
  {
    kind: 'product',
    form: 'jingfen.jd.com/detail/<sku>.html',
    match: inPath(['jingfen.jd.com'], /^\/+detail\/([1-9]\d{0,19})\.html/i),
    examples: [{ text: 'https://jingfen.jd.com/detail/100012043978.html', id: '100012043978' }],
  },
  {
    kind: 'product',
    form: 'jingfen.jd.com/item.html?sku=<sku>',
    match: inParam(['jingfen.jd.com'], /^\/+item\.html$/i, 'sku', SKU),
    examples: [{ text: 'https://jingfen.jd.com/item.html?sku=46004095519&d=9GSoGc', id: '46004095519' }],
  },
];
