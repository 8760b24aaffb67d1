import type { ErrorRow } from '../../../provider.js';
import {
  createClockError,
  createMethodError,
  createParameterError,
  createSignatureError,
  createThrottledError,
  createTokenError,
  type JdAdvice,
  toErrorRows,
} from '../gateway-errors.js';

/**
 * Code table of the reference document, which lists 10001 and 13 only. That 19 is an expired token, and that 8, 15
 * and 61 mean what they mean in production, are assumptions that were never checked against the live service.
 */
export function createGuideErrorRows(advice: JdAdvice): readonly ErrorRow[] {
  return toErrorRows('guide', [
    ['10001', '无效签名: invalid signature', createSignatureError(advice, 'guide')],
    ['13', '频率超限: too frequent', createThrottledError],
    ['8', 'timestamp invalid (assumed)', createClockError],
    ['15', 'unknown method (assumed)', createMethodError(advice, 'guide')],
    ['19', 'access token expired (assumed)', createTokenError(advice)],
    ['61', 'invalid parameter (assumed)', createParameterError],
  ]);
}
