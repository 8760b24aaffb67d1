import { inParam, inPath, type LinkRule, type Marketplace } from '../../marketplace.js';
import { findNextUrl } from './next-url.js';
import { ANY_PATH, affiliatePages, ITEM_ID, inApp, productPages, SCHEMES, SKU } from './product-links.js';

const SHOP_ID = /^[1-9]\d{0,14}$/;

const shops: LinkRule[] = [
  {
    kind: 'shop',
    form: 'mall.jd.com/index-<shopId>.html',
    match: inPath(['mall.jd.com', 'mall.jd.hk'], /^\/+index-([1-9]\d{0,14})\.html/i),
    examples: [{ text: 'https://mall.jd.com/index-1000462158.html', id: '1000462158' }],
  },
  {
    kind: 'shop',
    form: 'shop.m.jd.com/?shopId=<shopId>',
    match: inParam(['shop.m.jd.com'], ANY_PATH, 'shopId', SHOP_ID),
    examples: [
      { text: 'https://shop.m.jd.com/?shopId=1000462158', id: '1000462158' },
      { text: 'https://shop.m.jd.com/shop/home?shopId=17529', id: '17529' },
    ],
  },
  {
    kind: 'shop',
    form: 'openapp.jdmobile://virtual?params={"des":"jshopMain","shopId":"<shopId>"}',
    match: inApp('jshopMain', 'shopId', SHOP_ID),
    examples: [
      {
        text: 'openApp.jdMobile://virtual?params={"category":"jump","des":"jshopMain","shopId":"1000004123"}',
        id: '1000004123',
      },
    ],
  },
];

/** Pages that forward to whatever their parameters say. */
const CLICK_PAGE = /^(?:union-click\.jd\.com\/|u\.jd\.com\/+jda$)/;

const shortLinks: LinkRule[] = [
  {
    kind: 'short',
    form: 'union-click.jd.com/jdc?…, u.jd.com/jda?…',
    match: ({ hostname, pathname, search }) =>
      CLICK_PAGE.test(hostname + pathname) && search !== '' ? pathname + search : undefined,
    examples: [
      { text: 'https://union-click.jd.com/jdc?d=7Zvxc4&amp;come=appmessage', id: null },
      { text: 'https://u.jd.com/jda?e=1&amp;p=a%2bb&amp;d=abc', id: null },
    ],
  },
  {
    kind: 'short',
    form: '3.cn/<code>, 3.jd.hk/<code>, u.jd.com/<code>',
    match: inPath(['3.cn', '3.jd.hk', 'u.jd.com'], /^\/+([\w-]+)\/?$/),
    examples: [
      { text: 'https://3.cn/35RO-7uG?jkl=@W0a0c28PhTuD@', id: null },
      { text: 'https://3.cn/-SafeGift123', id: null },
      { text: 'https://3.jd.hk/-102POe0', id: null },
      { text: 'https://u.jd.com/YO58R3K', id: null },
    ],
  },
];

export const jd: Marketplace = {
  id: 'jd',
  names: { zh: '京东', en: 'JD' },
  aliases: ['jingdong', 'joybuy', '360buy', '京喜', '狗东'],
  // Image hosts are not among them: a picture is not a link to a product.
  hosts: ['.jd.com', '.jd.hk', '.3.cn', '.jingxi.com', '.yiyaojd.com', '.jkcsjd.com', '.360buy.com'],
  schemes: SCHEMES,
  links: [...productPages, ...affiliatePages, ...shops, ...shortLinks],
  nestedParams: ['returnurl', 'referer', 'to', 'url', 'spreadurl'],
  shortLinks: { htmlHosts: ['union-click.jd.com', 'u.jd.com'], findNextUrl },
  ids: [
    { pattern: SKU, barePattern: /^[1-9]\d{5,13}$/, example: '100012043978' },
    { idType: 'item_id', pattern: ITEM_ID, example: 'MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH' },
  ],
  shopId: SHOP_ID,
  // Not the columns next to it, such as SKU名称, SKU库存 and sku_count.
  idColumns: [
    /^(?:(?:商品|产品|货品|单品|本品|竞品|对标|主|jd|product|item)[\s_-]*)?skus?[\s_-]*(?:商品)?(?:ids?|编号|号|no\.?|number|值|列表)?$/i,
  ],
  // A product's page prints 商品编号：<sku>.
  idLabels: [/^商品编号$/],
  shownHosts: ['.360buyimg.com', '.jd.com', '.jd.hk'],
  productUrl: (id, idType) => {
    if (idType === 'item_id') return `https://jingfen.jd.com/detail/${id}.html`;
    return idType === undefined ? `https://item.jd.com/${id}.html` : undefined;
  },
  shopUrl: (shopId) => `https://mall.jd.com/index-${shopId}.html`,
};
