import { defineProvider } from '../../provider.js';
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
    'the layout of a converted link, the form of a government subsidy and sort=tk_rate_des were never seen live',
    'the second half of an id stays the same for one account',
    '5 calls a second, as no rate is published',
  ],
  capabilities: ['product', 'search', 'text', 'link'],
  whyNot: { shop: "Taobao's alliance has no interface that lists a shop; look products up one by one." },
  quota: ({ quota, interval, gatewayUrl, appKey }) => ({
    limit: { ...quota, intervalMs: interval },
    group: ['tbk', new URL(gatewayUrl).origin, appKey],
  }),
  stableId: getStableId,
  errorRows: ERROR_ROWS,
  errorWords: ERROR_WORDS,
  connect: connectTbk,
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
