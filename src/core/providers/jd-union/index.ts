import { defineProvider, toQuotaGroup } from '../../provider.js';
import { jd } from '../jd/links.js';
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
  assumptions: [
    { en: 'never tried with real credentials', zh: '没有用真实凭据试过' },
    {
      dialect: 'guide',
      en: "the signature is that of the reference document's code; its prose says HMAC (JD_UNION_SIGN)",
      zh: '签名按参考文档的代码；文档正文写的是 HMAC（JD_UNION_SIGN）',
    },
    {
      dialect: 'guide',
      en: '19, or a message that names access_token, is a refused token; 8, 15 and 61 mean what they mean in production',
      zh: '19 或提到 access_token 的报错是令牌失效；8、15、61 与生产网关含义相同',
    },
    {
      dialect: 'guide',
      en: 'the price of a variant is its list price; a share of good reviews up to 1 is a fraction; commission has the names of production',
      zh: '规格的价格是划线价；好评率不大于 1 时是小数；佣金字段用生产接口的名称',
    },
    {
      dialect: 'jos',
      en: 'sceneId 2 keeps SKU ids in answers; remainNum of a coupon is how many are left; the shape of properties',
      zh: 'sceneId 为 2 时返回 SKU 编号；优惠券的 remainNum 是剩余张数；商品参数的结构',
    },
  ],
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
  // JD counts calls per gateway and app key, across its interfaces: both providers share one quota.
  quota: (values) => toQuotaGroup('jd', values, values.gatewayUrl, values.appKey),
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => (toolbox.settings.dialect === 'jos' ? connectJos(toolbox) : connectGuide(toolbox)),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
