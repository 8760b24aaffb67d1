import { defineProvider, toQuotaGroup } from '../../provider.js';
import { pdd } from '../pdd/links.js';
import { connectJumdata } from './calls.js';
import { ERROR_ROWS, ERROR_WORDS } from './errors.js';
import { settings } from './settings.js';

/** jumdata.com: product details of Pinduoduo, paid by the call. */
export const pddJumdata = defineProvider({
  id: 'pdd-jumdata',
  names: { zh: 'jumdata', en: 'jumdata' },
  marketplace: pdd,
  settings,
  assumptions: [
    { en: 'never tried with real credentials', zh: '没有用真实凭据试过' },
    { en: 'the quota of 10 calls a second, as no rate is published', zh: '没有公布频率，按每秒 10 次' },
    {
      en: 'a refused parameter (400) may mean the signature or the clock, which have no code of their own',
      zh: '参数错误（400）也可能是签名或时钟不对，文档没有另给错误码',
    },
    {
      en: 'what the fields for events and promises hold, which were empty wherever they were seen',
      zh: '活动和服务承诺字段的内容，见到的返回里都是空的',
    },
  ],
  capabilities: ['product'],
  completes: ['product', 'skus', 'stock', 'reviews'],
  whyNot: {
    shop: {
      en: 'jumdata cannot list a shop; look products up one by one.',
      zh: 'jumdata 不能列出店铺，请逐个查商品。',
    },
  },
  quota: (values) => toQuotaGroup('jumdata', values, values.baseUrl, values.appId),
  dailyCalls: ({ dailyCalls }) => ({ ceiling: dailyCalls, env: settings.dailyCalls.env }),
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => connectJumdata(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
