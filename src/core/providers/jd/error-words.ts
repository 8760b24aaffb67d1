import type { ProviderErrorWords } from '../../provider.js';

/** For the codes of both JD providers. */
export const JD_ERROR_WORDS: ProviderErrorWords = {
  item_id_unsupported: {
    en: 'This is a JD affiliate link. Paste the product page instead: item.jd.com/100012043978.html',
    zh: '这是京粉推广链接，暂不支持。请发商品页链接，如 item.jd.com/100012043978.html',
  },
  parameters_refused: {
    en: 'JD did not accept this query. It has been noted; another product may work.',
    zh: '京东没有接受这次查询，已记录。可以换个商品试试。',
  },
  account_restricted: {
    en: 'JD has restricted the account that looks prices up. The administrator has to settle that.',
    zh: '查价用的京东账号受限，要等管理员处理。',
  },
};
