import { defineProvider, toQuotaGroup } from '../../provider.js';
import { connectMogu } from './calls.js';
import { ERROR_ROWS } from './errors.js';
import { mogu } from './links.js';
import { settings } from './settings.js';

/** The smallest provider that works, of a marketplace that does not exist: products, one by one. */
export const moguGoods = defineProvider({
  id: 'mogu-goods',
  names: { zh: '蘑菇开放平台', en: 'Mogu Open' },
  marketplace: mogu,
  settings,
  capabilities: ['product'],
  whyNot: {
    shop: {
      en: 'Mogu Open cannot list a shop; look products up one by one.',
      zh: '蘑菇开放平台不能列出店铺，请逐个查商品。',
    },
  },
  // What nobody could try or find in writing: `doctor` tells it.
  assumptions: [{ en: 'never tried with real credentials', zh: '没有用真实凭据试过' }],
  quota: (values) => toQuotaGroup('mogu-goods', values, values.baseUrl, values.appKey),
  listErrorRows: () => ERROR_ROWS,
  connect: (toolbox) => connectMogu(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
