import { defineProvider } from '../../provider.js';
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
  whyNot: { shop: 'Pinduoduo has withdrawn the interface that listed a shop; look products up one by one.' },
  assumptions: [
    'never tried with real credentials',
    'a coupon counts when the group price reaches its threshold',
    `10 goods_sign per call`,
    'sort_type 2 is the highest commission first, range_id 1 the price after the coupon',
    'the mark of a link is "sid" beside the uid; where Pinduoduo wants that pair authorised, links go without it',
    'the quota of 5 calls a second',
  ],
  quota: ({ quota, interval, gatewayUrl, clientId }) => ({
    limit: { ...quota, intervalMs: interval },
    group: ['pdd-ddk', new URL(gatewayUrl).origin, clientId],
  }),
  errorRows: ERROR_ROWS,
  errorWords: ERROR_WORDS,
  connect: connectDdk,
  consent: createConsent,
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
