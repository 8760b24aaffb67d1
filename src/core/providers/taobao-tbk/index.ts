import { defineProvider, toQuotaGroup } from '../../provider.js';
import { getStableId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import { connectTbk } from './connect.js';
import { ERROR_ROWS, ERROR_WORDS } from './errors.js';
import { settings } from './settings.js';

/** 淘宝联盟 over Taobao's open gateway: promoted goods of Taobao and Tmall. */
export const taobaoTbk = defineProvider({
  id: 'taobao-tbk',
  names: { zh: '淘宝联盟', en: 'Taobao Alliance' },
  marketplace: taobao,
  settings,
  assumptions: [
    { en: 'never tried with real credentials', zh: '没有用真实凭据试过' },
    {
      en: 'the layout of a converted link, the form of a government subsidy and sort=tk_rate_des were never seen live',
      zh: '转链结果的结构、国家补贴的格式和 sort=tk_rate_des 没有见过真实返回',
    },
    {
      en: 'the second half of an id stays the same for one account',
      zh: '同一账号下，编号的后半段不变',
    },
    {
      en: '5 calls a second, as no rate is published',
      zh: '没有公布频率，按每秒 5 次',
    },
  ],
  capabilities: ['product', 'search', 'text', 'link'],
  whyNot: {
    shop: {
      en: "Taobao's alliance cannot list a shop; look products up one by one.",
      zh: '淘宝联盟不能列出店铺，请逐个查商品。',
    },
  },
  quota: (values) => toQuotaGroup('tbk', values, values.gatewayUrl, values.appKey),
  stableId: getStableId,
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => connectTbk(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
