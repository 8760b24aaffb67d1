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

/** Code table of the service's document. 200 and 400 mean different things by context: see `calls.ts`. */
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
      new ConfigError('jumdata says that the address is wrong. Check JUMDATA_BASE_URL.', { detail }),
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
    // One try: what counts is the text, and it may well say that a repetition is no use.
    create: (detail) =>
      new ResponseError('jumdata reports a failure of its own (999). What it says tells the cause.', {
        code: 'upstream_refused',
        detail,
      }),
  },
];

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

/** 400 before any call has succeeded: the id was checked here, so the account, its signature or the clock is wrong. */
export function createUnprovenError(text: string): BijiaError {
  return new CredentialError(
    'jumdata refuses the parameters, and no call has succeeded yet: check JUMDATA_APP_ID, JUMDATA_APP_SECRET and the clock of this machine.',
    { code: 'parameters_refused', detail: `code 400: ${text.slice(0, 200)}` },
  );
}

/** 400 after calls have succeeded; several in a row mean that something else than the ids is wrong. */
export function createParameterError(text: string, isThirdInARow: boolean): BijiaError {
  const detail = `code 400: ${text.slice(0, 200)}`;
  if (isThirdInARow) {
    return new CredentialError(
      'jumdata refused the parameters three times in a row: check the account, its secret and the clock of this machine.',
      { code: 'parameters_refused', detail },
    );
  }
  return new InputError('jumdata does not accept this product id. Check it against the product page.', {
    detail,
  });
}

export const ERROR_WORDS: ProviderErrorWords = {
  parameters_refused: {
    en: "Pinduoduo lookups aren't working now. The administrator has to fix the account.",
    zh: '拼多多查询暂时不可用：账号被拒绝，要等管理员处理。',
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
