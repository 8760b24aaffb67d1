import { inParam, inPath, type Marketplace } from '../../marketplace.js';

const ITEM_ID = /^[1-9]\d{4,19}$/;
const ANY_PATH = /^/;
const CODE = /^\/+([\w.-]+)\/?$/;

const douyinUrl = (id: string) => `https://haohuo.jinritemai.com/ecommerce/trade/detail/index.html?id=${id}`;
const alibabaUrl = (id: string) => `https://detail.1688.com/offer/${id}.html`;

const douyin: Marketplace = {
  id: 'douyin',
  names: { zh: '抖音', en: 'Douyin' },
  aliases: ['抖音小店', '抖店'],
  hosts: ['.jinritemai.com', '.douyin.com'],
  links: [
    {
      kind: 'product',
      form: 'haohuo.jinritemai.com/…?id=<id>',
      match: inParam(['haohuo.jinritemai.com'], ANY_PATH, 'id', ITEM_ID),
      examples: [
        {
          text: 'https://haohuo.jinritemai.com/views/product/item2?id=3375241637788821075',
          id: '3375241637788821075',
        },
      ],
    },
    {
      kind: 'short',
      form: 'v.douyin.com/<code>',
      match: inPath(['v.douyin.com'], CODE),
      examples: [{ text: 'https://v.douyin.com/92ATSTRwUEY/', id: null }],
    },
  ],
  ids: [],
  idColumns: [],
  shownHosts: [],
  productUrl: douyinUrl,
};

const alibaba: Marketplace = {
  id: '1688',
  names: { zh: '1688', en: '1688' },
  aliases: ['阿里巴巴', 'alibaba'],
  hosts: ['.1688.com'],
  links: [
    {
      kind: 'product',
      form: 'detail.1688.com/offer/<id>.html',
      match: inPath(['detail.1688.com', 'm.1688.com'], /^\/+offer\/([1-9]\d{4,19})\.html/i),
      examples: [{ text: 'https://detail.1688.com/offer/713417934359.html', id: '713417934359' }],
    },
    {
      kind: 'short',
      form: 'qr.1688.com/s/<code>',
      match: inPath(['qr.1688.com'], /^\/+s\/([\w-]+)\/?$/),
      examples: [{ text: 'https://qr.1688.com/s/7OnLCakq', id: null }],
    },
  ],
  ids: [],
  idColumns: [],
  shownHosts: [],
  productUrl: alibabaUrl,
};

const vipshop: Marketplace = {
  id: 'vipshop',
  names: { zh: '唯品会', en: 'Vipshop' },
  aliases: ['vip', 'vipshop'],
  hosts: ['.vip.com'],
  links: [
    {
      kind: 'product',
      form: 'm.vip.com/product-<brand>-<id>.html',
      match: inPath(['m.vip.com'], /^\/+product-\d+-([1-9]\d{0,23})\.html/i),
      examples: [
        {
          text: 'https://m.vip.com/product-1711197624-6918838978304616600.html',
          id: '6918838978304616600',
        },
        {
          text: 'https://t.vip.com/vEE6ZGoewRA?desturl=https%3A%2F%2Fm.vip.com%2Fproduct-1710616528-6919197068968114384.html',
          id: '6919197068968114384',
        },
      ],
    },
    {
      kind: 'short',
      form: 't.vip.com/<code>',
      match: inPath(['t.vip.com'], /^\/+([\w-]+)\/?$/),
      examples: [{ text: 'https://t.vip.com/FSer4wjobA9', id: null }],
    },
  ],
  nestedParams: ['desturl'],
  ids: [],
  idColumns: [],
  shownHosts: [],
  // The page's address needs the brand as well, which an id does not tell.
  productUrl: () => undefined,
};

/**
 * Marketplaces of which only the names are known, so that ids beside them are not taken for those of another. Their links
 * are like those of any other site.
 */
const NAMED: readonly (readonly [id: string, zh: string, en: string, ...aliases: string[]])[] = [
  ['suning', '苏宁', 'Suning', '苏宁易购'],
  ['amazon', '亚马逊', 'Amazon', '亚马逊中国'],
  ['kuaishou', '快手', 'Kuaishou', '快手小店'],
  ['xiaohongshu', '小红书', 'Xiaohongshu', '小红书店铺'],
  ['dewu', '得物', 'Dewu', '得物app'],
  ['xianyu', '闲鱼', 'Xianyu', 'goofish'],
  ['kaola', '考拉', 'Kaola', '网易考拉', '考拉海购'],
  ['dangdang', '当当', 'Dangdang'],
  ['gome', '国美', 'Gome', '国美在线'],
  ['weidian', '微店', 'Weidian'],
  ['shipinhao', '视频号', 'WeChat Channels', '微信小店', '视频号小店'],
  ['aliexpress', '速卖通', 'AliExpress'],
  ['shopee', '虾皮', 'Shopee'],
  ['temu', 'Temu', 'Temu'],
  ['lazada', 'Lazada', 'Lazada'],
  ['ebay', 'eBay', 'eBay'],
];

const named = NAMED.map(
  ([id, zh, en, ...aliases]): Marketplace => ({
    ...{ id, names: { zh, en }, aliases, hosts: [], links: [], ids: [], idColumns: [], shownHosts: [] },
    productUrl: () => undefined,
  }),
);

/** Marketplaces without a provider: their links are recognised, so that the answer can be "not supported yet". */
export const otherMarketplaces: readonly Marketplace[] = [douyin, alibaba, vipshop, ...named];
