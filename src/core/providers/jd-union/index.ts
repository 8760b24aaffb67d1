import { defineProvider } from '../../provider.js';
import { jd } from '../jd/links.js';
import { toQuota } from '../jd/quota-group.js';
import { ERROR_ROWS, ERROR_WORDS } from './errors.js';
import { connectGuide } from './guide/connect.js';
import { connectJos } from './jos/connect.js';
import { readStablePart } from './jos/ids.js';
import { settings } from './settings.js';

/** JD Union: the affiliate interface, open to everyone with an application at union.jd.com. */
export const jdUnion = defineProvider({
  id: 'jd-union',
  names: { zh: '京东联盟', en: 'JD Union' },
  marketplace: jd,
  settings,
  capabilities: ['product', 'shop', 'search', 'link'],
  whyNot: {
    search: {
      en: 'JD Union searches in dialect "jos" only: set JD_UNION_DIALECT=jos.',
      zh: '京东联盟只有 jos 协议可以搜索：设置 JD_UNION_DIALECT=jos。',
    },
    link: {
      en: 'JD Union makes promotion links in dialect "jos" only: set JD_UNION_DIALECT=jos.',
      zh: '京东联盟只有 jos 协议可以转链：设置 JD_UNION_DIALECT=jos。',
    },
  },
  stableId: ({ id, idType }) => (idType === 'item_id' ? readStablePart(id) : id),
  quota: toQuota,
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => (toolbox.settings.dialect === 'jos' ? connectJos(toolbox) : connectGuide(toolbox)),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
