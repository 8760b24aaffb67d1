import {
  type BijiaError,
  CredentialError,
  NotFoundError,
  ResponseError,
  ThrottledError,
  UpstreamError,
} from '../../errors.js';
import type { ErrorRow } from '../../provider.js';

/** The upstream's code table. The class is the policy: what waits, what is retried, what stops a batch. */
export const ERROR_ROWS: readonly ErrorRow[] = [
  {
    code: '4',
    meaning: '商品不存在: no such product',
    create: (detail) => new NotFoundError('Mogu has no product with this id.', { detail }),
  },
  {
    code: '11',
    meaning: '签名错误: wrong signature',
    create: (detail) =>
      new CredentialError(
        'Mogu refuses the signature. Check MOGU_APP_KEY, MOGU_APP_SECRET and the clock of this machine.',
        { detail },
      ),
  },
  {
    code: '29',
    meaning: '调用频繁: too many calls',
    create: (detail) =>
      new ThrottledError('Mogu says that calls come too often. Wait a few seconds.', {
        detail,
        retryAfterMs: 2000,
      }),
  },
  {
    code: '50',
    meaning: '系统错误: internal error',
    create: (detail) => new UpstreamError('Mogu failed on its side. Try again in a minute.', { detail }),
  },
];

export function createCodeError(code: string, text: string): BijiaError {
  const detail = `code ${code}: ${text.slice(0, 200)}`;
  const row = ERROR_ROWS.find((known) => known.code === code);
  if (row) return row.create(detail);
  return new ResponseError(
    `Mogu answered with the unknown code ${code.slice(0, 20)}. Report it with the log; retrying will not help.`,
    { detail },
  );
}
