import {
  type BijiaError,
  CredentialError,
  InputError,
  NotFoundError,
  ResponseError,
  ThrottledError,
  UpstreamError,
} from '../../errors.js';
import type { ErrorRow, ProviderErrorWords } from '../../provider.js';
import { TAOBAO_ERROR_WORDS } from '../taobao/error-words.js';

interface TextRow extends ErrorRow {
  readonly pattern: RegExp;
}

const account =
  (what: string, code?: string): ErrorRow['create'] =>
  (detail) =>
    new CredentialError(`Dataoke refuses the account: ${what}. Retrying will not help until this is fixed.`, {
      code,
      detail,
    });

/**
 * No table of codes is published, so that the text decides: a guess, from the words that such services use. The first
 * row that fits counts; a text that fits none is loud.
 */
const TABLE: readonly TextRow[] = [
  {
    code: 'sign',
    meaning: '签名: the signature',
    pattern: /签名|sign/i,
    create: account('its signature is wrong; check DATAOKE_APP_SECRET and DATAOKE_SIGN', 'signature_refused'),
  },
  {
    code: 'limit',
    meaning: '频繁, 上限: too many calls',
    pattern: /频繁|频率|过快|超限|上限|超出|次数|限流/,
    create: (detail) =>
      new ThrottledError('Dataoke says that calls come too often. Wait and try again.', {
        detail,
        retryAfterMs: 2000,
      }),
  },
  {
    code: 'authorisation',
    meaning: '授权, 权限: the Taobao authorisation, or a right',
    pattern: /授权|权限|开通|appkey|密钥|pid|账号/i,
    create: account(
      'its key, its rights or its Taobao authorisation, which is renewed by hand every 30 days at dataoke.com',
    ),
  },
  {
    code: 'gone',
    meaning: '不存在, 下架, 失效: no such product',
    pattern:
      /不存在|下架|失效|未找到|没有(?:找到|查到|查询到|搜到|该|此|这|相关|商品|数据)|无法解析|解析失败|查询不到|过期/,
    create: (detail) =>
      new NotFoundError('Dataoke does not know this product or text: it is gone, or it is not promoted.', {
        code: 'not_returned',
        detail,
      }),
  },
  {
    code: 'parameter',
    meaning: '参数: a parameter',
    pattern: /参数|格式/,
    create: (detail) =>
      new InputError('Dataoke does not accept this id or text. Check it.', {
        code: 'parameters_refused',
        detail,
      }),
  },
  {
    code: 'theirs',
    meaning: '系统, 服务: a failure of theirs',
    pattern: /系统|服务|超时|繁忙|稍后/,
    create: (detail) =>
      new UpstreamError('Dataoke reports a failure on its side. Try again in a few minutes.', { detail }),
  },
];

export const ERROR_ROWS: readonly ErrorRow[] = TABLE;
export const ERROR_WORDS: ProviderErrorWords = TAOBAO_ERROR_WORDS;

/** The error that the words of a refusal stand for; a ResponseError where they fit no row. */
export function createDataokeError(code: string, text: string): BijiaError {
  const detail = `code ${code}: ${text.slice(0, 200)}`;
  const row = TABLE.find(({ pattern }) => pattern.test(text));
  if (row) return row.create(detail);
  return new ResponseError(
    `Dataoke answered with code ${code.slice(0, 20)}, which is not known. Report it with the log; retrying will not help.`,
    { detail },
  );
}
