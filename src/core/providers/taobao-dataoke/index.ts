import { defineProvider, toQuotaGroup } from '../../provider.js';
import { getStableId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import { connectDataoke } from './connect.js';
import { ERROR_ROWS, ERROR_WORDS } from './errors.js';
import { settings } from './settings.js';

/** 大淘客: a service over the alliance, for those whom the alliance gives no rights of their own. */
export const taobaoDataoke = defineProvider({
  id: 'taobao-dataoke',
  names: { zh: '大淘客', en: 'Dataoke' },
  marketplace: taobao,
  settings,
  assumptions: [
    { en: 'never tried with real credentials', zh: '没有用真实凭据试过' },
    {
      en: 'errors are told apart by their text, as no table of codes is published',
      zh: '没有公布错误码表，按文字区分错误',
    },
    {
      en: "names of fields in product details follow the aggregator's examples and were never seen live",
      zh: '商品详情的字段名按大淘客的示例，没有见过真实返回',
    },
    {
      en: 'the version of get-privilege-link and the names of JD and Pinduoduo in platType are guesses',
      zh: 'get-privilege-link 的版本，以及 platType 里京东和拼多多的名称，是推测',
    },
    {
      en: '5 calls a second, as no rate is published',
      zh: '没有公布频率，按每秒 5 次',
    },
  ],
  capabilities: ['product', 'text', 'link'],
  whyNot: {
    shop: {
      en: 'Dataoke cannot list a shop; look products up one by one.',
      zh: '大淘客不能列出店铺，请逐个查商品。',
    },
    search: {
      en: 'taobao-tbk can search: set TBK_APP_KEY, TBK_APP_SECRET and TBK_PID.',
      zh: 'taobao-tbk 可以搜索：设置 TBK_APP_KEY、TBK_APP_SECRET 和 TBK_PID。',
    },
  },
  quota: (values) => toQuotaGroup('dataoke', values, values.baseUrl, values.appKey),
  stableId: getStableId,
  listErrorRows: () => ERROR_ROWS,
  getErrorWords: () => ERROR_WORDS,
  connect: (toolbox) => connectDataoke(toolbox),
  loadSandbox: async () => (await import('./sandbox/index.js')).sandboxUpstream,
});
