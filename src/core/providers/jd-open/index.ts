import { defineProvider } from '../../provider.js';
import { jd } from '../jd/links.js';
import { toQuota } from '../jd/quota-group.js';
import { ERROR_ROWS, ERROR_WORDS } from './errors.js';
import { connectGuide } from './guide/connect.js';
import { connectJos } from './jos/connect.js';
import { createLogin } from './oauth.js';
import { settings } from './settings.js';

/** JD Open Platform: a merchant's own goods, with member price, cost price and stock. */
export const jdOpen = defineProvider({
  id: 'jd-open',
  names: { zh: '京东开放平台', en: 'JD Open Platform' },
  marketplace: jd,
  settings,
  capabilities: ['product', 'shop'],
  quota: toQuota,
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => (toolbox.settings.dialect === 'jos' ? connectJos(toolbox) : connectGuide(toolbox)),
  login: (toolbox) => createLogin(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
