import { CredentialError, NotFoundError, ThrottledError, UnsupportedError } from '../../errors.js';
import type { ErrorRow, ProviderErrorWords } from '../../provider.js';
import { JD_ERROR_WORDS } from '../jd/error-words.js';
import {
  createAccountError,
  createFailureError,
  createParameterError,
  createPermissionError,
  type JdAdvice,
  toErrorRows,
} from '../jd/gateway-errors.js';
import { createGuideErrorRows } from '../jd/guide/errors.js';
import { createJosErrorRows } from '../jd/jos/errors.js';

const ADVICE: JdAdvice = {
  console: 'union.jd.com',
  keyEnv: 'JD_UNION_APP_KEY',
  secretEnv: 'JD_UNION_APP_SECRET',
  signEnv: 'JD_UNION_SIGN',
  dialectEnv: 'JD_UNION_DIALECT',
  token: 'If that lasts, check JD_UNION_APP_KEY, JD_UNION_APP_SECRET and JD_UNION_DIALECT.',
};

/** Codes of the Union itself, inside the envelope of production's gateway. 200 is success. */
const INNER_ROWS = toErrorRows('jos', [
  ['201', 'nothing found', (detail) => new NotFoundError('JD Union found nothing.', { detail })],
  [
    '202',
    'page beyond the last one shown',
    (detail) =>
      new UnsupportedError('JD Union shows no further pages of this list.', { code: 'page_cap', detail }),
  ],
  ['400-401', 'wrong parameter', createParameterError],
  ['403', 'no permission', createPermissionError('at union.jd.com')],
  [
    '408',
    'account restricted',
    (detail) =>
      new CredentialError(
        'JD Union has restricted this account. Stop, and ask JD at union.jd.com before going on.',
        { code: 'account_restricted', detail },
      ),
  ],
  ['410', 'request refused', createAccountError('it refuses the request; look at union.jd.com')],
  [
    '411',
    'itemId needed',
    (detail) =>
      new UnsupportedError(
        'JD Union answers this account about its own itemIds only. Paste an affiliate link, such as https://jingfen.jd.com/detail/MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH.html',
        { code: 'item_id_needed', detail },
      ),
  ],
  [
    '429',
    'too frequent',
    (detail) =>
      new ThrottledError('JD Union says that calls come too often. Wait and try again.', { detail }),
  ],
  ['500', 'failure inside', createFailureError],
  ['601', 'account unusable', createAccountError('JD Union cannot use it as it is; look at union.jd.com')],
]);

const refuseSite = createAccountError(
  'its site or position does not fit this kind of promotion link; check both at union.jd.com',
  'promotion_refused',
);

/** Codes of the methods for promotion links. */
const PROMOTION_ROWS = toErrorRows('jos', [
  ['1002024', 'siteId missing', refuseSite],
  [
    '2001101-2001103 2001105-2001107',
    'link not fit for promotion',
    (detail) =>
      new UnsupportedError('JD Union makes no promotion link for a page of this kind.', {
        code: 'link_not_fit',
        detail,
      }),
  ],
  [
    '2001104',
    '商品不在推广中: not promoted',
    (detail) =>
      new NotFoundError('JD Union does not promote this product.', { code: 'not_promoted', detail }),
  ],
  ['2001201 2001212-2001217 2001501', 'ids, sites, rights', refuseSite],
  ['2001601-2001608 2001610 2001701-2001703', 'ids, sites, rights', refuseSite],
  ['2001504 2001609', 'degraded', createFailureError],
  ['2001904 2001910 2001912', 'try again', createFailureError],
  // No coupon is ever sent.
  ['2001905-2001906 2001909 2001911 2001913-2001917', 'coupon', createParameterError],
]);

/** Both dialects. */
export const ERROR_ROWS: readonly ErrorRow[] = [
  ...createGuideErrorRows(ADVICE),
  ...createJosErrorRows(ADVICE),
  ...INNER_ROWS,
  ...PROMOTION_ROWS,
];

export const ERROR_WORDS: ProviderErrorWords = {
  ...JD_ERROR_WORDS,
  not_returned: {
    en: "JD Union doesn't know this product, or it isn't promoted there. Check the link.",
    zh: '京东联盟没有这个商品：可能已下架，或没有参加推广。请核对链接。',
  },
  rows_without_id: {
    en: "JD's answer doesn't say which product it is about. Try this product by itself.",
    zh: '京东的回答没有说明是哪个商品。请单独查这个商品。',
  },
  item_id_needed: {
    en: 'JD answers this account about affiliate links (jingfen.jd.com) only. Paste one of those.',
    zh: '这个账号只能查京粉链接（jingfen.jd.com）。请发京粉链接。',
  },
  not_promoted: {
    en: "JD Union doesn't promote this product, so there is no promotion link for it.",
    zh: '京东联盟没有推广这个商品，生成不了推广链接。',
  },
  link_not_fit: {
    en: 'JD Union makes no promotion link for this kind of page. Try the page of a product.',
    zh: '京东联盟不能为这种页面生成推广链接。请换成普通商品页。',
  },
  page_cap: {
    en: 'JD shows no more products of this shop.',
    zh: '京东不再给出这家店铺更多的商品。',
  },
};
