import {
  type BijiaError,
  ConfigError,
  CredentialError,
  InputError,
  NotFoundError,
  ResponseError,
  ThrottledError,
  UpstreamError,
  UpstreamTimeoutError,
} from '../../errors.js';
import type { ErrorRow, ProviderErrorWords } from '../../provider.js';

const account = (code: string, meaning: string, what: string): ErrorRow => ({
  code,
  meaning,
  create: (detail) =>
    new CredentialError(
      `jumdata refuses the account: ${what} (${code}). Fix that first; retrying won't help.`,
      { detail },
    ),
});

/** Code table of the service's document. 200 and 400 are read in `calls.ts`. */
export const ERROR_ROWS: readonly ErrorRow[] = [
  {
    code: '201',
    meaning: '未查询到商品信息: not found, charged',
    create: (detail) => new NotFoundError('Pinduoduo has no product with this id.', { detail }),
  },
  {
    code: '404',
    meaning: '接口地址不正确: wrong address',
    create: (detail) =>
      new ConfigError('jumdata says that the address is wrong. Check JUMDATA_BASE_URL.', {
        ...{ code: 'wrong_address', facts: { settings: 'JUMDATA_BASE_URL' }, detail },
      }),
  },
  {
    code: '500',
    meaning: '系统维护: maintenance',
    create: (detail) =>
      new UpstreamError('jumdata is under maintenance. Try again in a few minutes.', { detail }),
  },
  account(
    '601',
    '接口未开通: interface not opened',
    'this interface is not opened for it; open it in the jumdata console',
  ),
  account('602', '账号停用: account stopped', 'it has been stopped; ask jumdata'),
  account('603', '余额不足请充值: no balance', 'its balance is used up; top it up'),
  account('604', '接口停用: interface stopped', 'the interface has been stopped; ask jumdata'),
  {
    code: '606',
    meaning: '调用超限: call limit exceeded',
    create: (detail) =>
      new ThrottledError('jumdata says that the call limit is exceeded. Wait a minute.', {
        detail,
        retryAfterMs: 60_000,
      }),
  },
  {
    code: '609',
    meaning: '请求过于频繁: too frequent',
    create: (detail) =>
      new ThrottledError('jumdata says that calls come too often. Wait a few seconds.', {
        detail,
        retryAfterMs: 2000,
      }),
  },
  {
    code: '610',
    meaning: '请求超时: timeout',
    create: (detail) => new UpstreamTimeoutError('jumdata timed out. Try again.', { detail }),
  },
  {
    code: '999',
    meaning: '其他: other',
    // One try: what counts is the text, and it may well say that repeating does not help.
    create: (detail) =>
      new ResponseError('jumdata reports a failure of its own (999). What it says tells the cause.', {
        code: 'upstream_refused',
        detail,
      }),
  },
];

/** The error that a code stands for; a ResponseError for one that the table does not list. */
export function createCodeError(code: string, text: string): BijiaError {
  const detail = `code ${code}: ${text.slice(0, 200)}`;
  const row = ERROR_ROWS.find((known) => known.code === code);
  if (row) return row.create(detail);
  return new ResponseError(
    `jumdata answered with the unknown code ${code.slice(0, 20)}. Report it with the log.`,
    { detail },
  );
}

/** 200 without data and not charged: a refused parameter that calls itself success. */
export function createRefusedError(text: string): BijiaError {
  return new InputError('jumdata does not accept this product id. Check it against the product page.', {
    detail: `code 200 without data: ${text.slice(0, 200)}`,
  });
}

/** 200, charged, but nothing in it. */
export function createEmptyError(): BijiaError {
  return new ResponseError(
    'jumdata charged for the call but sent no data. It was not repeated, since every call costs.',
    {
      code: 'paid_without_data',
    },
  );
}

/**
 * 400: the upstream has no code of its own for a bad signature. Ids are checked before they are sent, so that one
 * refused call says nothing for certain; a batch asks for another id before it believes either.
 */
export function createParameterError(text: string): InputError {
  return new InputError(
    'jumdata refuses the parameters: it does not accept this product id, or the account. If it answers for other products, check the id against the product page; else check JUMDATA_APP_ID, JUMDATA_APP_SECRET and the clock of this machine.',
    { code: 'parameters_refused', detail: `code 400: ${text.slice(0, 200)}` },
  );
}

export const ERROR_WORDS: ProviderErrorWords = {
  parameters_refused: {
    en: 'This product was refused. Check the link; if others fail too, tell the administrator.',
    zh: '这个商品被拒绝了，请核对链接；如果别的商品也不行，请联系管理员。',
  },
  paid_without_data: {
    en: 'Nothing came back for this product. Try another one.',
    zh: '这个商品没有返回数据，可以换一个商品试试。',
  },
  upstream_refused: {
    en: "Pinduoduo's data source couldn't answer. Try another product or come back later.",
    zh: '拼多多的数据源没能回答，可以换个商品或晚点再试。',
  },
  goods_sign_unsupported: {
    en: "This link hides the product's number. Open it and paste the link with goods_id= in it.",
    zh: '这个推广链接里没有商品编号。请打开商品页，复制带 goods_id= 的链接再发来。',
  },
};
