import { defineProvider } from '../../provider.js';
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
  capabilities: ['product'],
  completes: ['product', 'skus', 'stock', 'reviews'],
  whyNot: {
    shop: {
      en: 'jumdata cannot list a shop; look products up one by one.',
      zh: 'jumdata 不能列出店铺，请逐个查商品。',
    },
  },
  quota: ({ quota, interval, baseUrl, appId }) => ({
    limit: { ...quota, intervalMs: interval },
    group: ['jumdata', new URL(baseUrl).origin, appId],
  }),
  dailyCalls: ({ dailyCalls }) => ({ ceiling: dailyCalls, env: settings.dailyCalls.env }),
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => connectJumdata(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
