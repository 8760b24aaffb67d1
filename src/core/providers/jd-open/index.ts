import { defineProvider, toQuotaGroup } from '../../provider.js';
import { jd } from '../jd/links.js';
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
  assumptions: [
    { en: 'never tried with real credentials', zh: '没有用真实凭据试过' },
    {
      dialect: 'guide',
      en: "the signature is that of the reference document's code; its prose says HMAC (JD_OPEN_SIGN)",
      zh: '签名按参考文档的代码；文档正文写的是 HMAC（JD_OPEN_SIGN）',
    },
    {
      dialect: 'guide',
      en: '19, or a message that names access_token, is a refused token; 8, 15 and 61 mean what they mean in production',
      zh: '19 或提到 access_token 的报错是令牌失效；8、15、61 与生产网关含义相同',
    },
    {
      dialect: 'guide',
      en: 'the answer of jingdong.item.read.get: its envelope, and the names of all its fields',
      zh: 'jingdong.item.read.get 的返回：外层结构和所有字段名',
    },
    {
      dialect: 'jos',
      en: 'jdPrice is what one pays, marketPrice the list price; the price of a ware is that of one of its variants',
      zh: 'jdPrice 是实际售价，marketPrice 是划线价；商品页的价格是其中一个规格的价格',
    },
  ],
  capabilities: ['product', 'shop'],
  whyNot: {
    shop: {
      en: 'JD Open Platform lists a merchant\'s goods in dialect "jos" only: set JD_OPEN_DIALECT=jos.',
      zh: '京东开放平台只有 jos 协议可以列出店铺：设置 JD_OPEN_DIALECT=jos。',
    },
  },
  // JD counts calls per gateway and app key, across its interfaces: both providers share one quota.
  quota: (values) => toQuotaGroup('jd', values, values.gatewayUrl, values.appKey),
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => (toolbox.settings.dialect === 'jos' ? connectJos(toolbox) : connectGuide(toolbox)),
  login: (toolbox) => createLogin(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
