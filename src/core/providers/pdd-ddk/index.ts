import { defineProvider, toQuotaGroup } from '../../provider.js';
import { pdd } from '../pdd/links.js';
import { connectDdk, createConsent } from './connect.js';
import { ERROR_ROWS, ERROR_WORDS } from './errors.js';
import { settings } from './settings.js';

/** Duoduo Jinbao: Pinduoduo's own interface for promoters. Free; knows what is promoted, and neither stock nor reviews. */
export const pddDdk = defineProvider({
  id: 'pdd-ddk',
  names: { zh: '多多进宝', en: 'Duoduo Jinbao' },
  marketplace: pdd,
  settings,
  capabilities: ['product', 'search', 'link'],
  whyNot: {
    shop: {
      en: 'Pinduoduo has withdrawn the interface that listed a shop; look products up one by one.',
      zh: '拼多多已停用列出店铺的接口，请逐个查商品。',
    },
  },
  assumptions: [
    { en: 'never tried with real credentials', zh: '没有用真实凭据试过' },
    {
      en: 'a coupon counts when the group price reaches its threshold',
      zh: '拼单价达到门槛时才算优惠券',
    },
    {
      en: '10 goods_sign per call',
      zh: '每次调用最多 10 个 goods_sign',
    },
    {
      en: 'sort_type 2 is the highest commission first, range_id 1 the price after the coupon',
      zh: 'sort_type 2 是佣金比例从高到低，range_id 1 是券后价',
    },
    {
      en: 'the mark of a link is "sid" next to the uid; where Pinduoduo wants that pair authorised, links go without it',
      zh: '链接的标记是 uid 旁边的 sid；拼多多要求这一对另外授权时，链接不带标记',
    },
    {
      en: 'the quota of 5 calls a second',
      zh: '额度为每秒 5 次',
    },
  ],
  quota: (values) => toQuotaGroup('pdd-ddk', values, values.gatewayUrl, values.clientId),
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => connectDdk(toolbox),
  consent: (toolbox) => createConsent(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
