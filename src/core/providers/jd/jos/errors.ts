import type { ErrorRow } from '../../../provider.js';
import {
  createAccountError,
  createClockError,
  createFailureError,
  createMethodError,
  createParameterError,
  createPermissionError,
  createSignatureError,
  createThrottledError,
  createTokenError,
  type JdAdvice,
  toErrorRows,
} from '../gateway-errors.js';

/** Code table of production's gateway. Unlike in the reference document, 13 is not about frequency. */
export function createJosErrorRows(advice: JdAdvice): readonly ErrorRow[] {
  const refuseAddress = createAccountError(
    'it, or the address of this machine, may not call; look at the allowed addresses in the console',
  );
  const refuseKey = createAccountError(`it does not know the app key; check ${advice.keyEnv}`);
  const refuseMerchant = createAccountError('it was not authorised by a merchant');
  const refuseInterface = createPermissionError(`in the console at ${advice.console}`);
  const refuseOffline = createAccountError('the application is not online; publish it in the console');
  return toErrorRows('jos', [
    ['1', '服务不可用: service unavailable', createFailureError],
    ['2', '限制时间内调用失败次数: call limit', createThrottledError],
    ['3', '请求被禁止: request forbidden', refuseAddress],
    ['7', '缺少时间戳参数: timestamp missing', createClockError],
    ['8', '无效的时间戳参数: timestamp invalid', createClockError],
    ['11', '缺少签名参数: signature missing', createSignatureError(advice, 'jos')],
    ['12', '无效签名: invalid signature', createSignatureError(advice, 'jos')],
    ['13', '无效数据格式: invalid data format', createParameterError],
    ['14', '缺少方法名参数: method missing', createMethodError(advice, 'jos')],
    ['15', '不存在的方法名: unknown method', createMethodError(advice, 'jos')],
    ['18', '缺少access_token参数: access token missing', createTokenError(advice)],
    ['19', '无效access_token: access token invalid', createTokenError(advice)],
    ['20', '缺少app_key参数: app key missing', refuseKey],
    ['21', '无效app_key: app key invalid', refuseKey],
    ['22', '不是商家: not a merchant', refuseMerchant],
    ['24', '无权限访问该API: app may not call this interface', refuseInterface],
    ['25', '应用未上线: app not online', refuseOffline],
    ['43', '系统处理错误: failure behind the gateway', createFailureError],
    ['60-63', 'invalid parameter', createParameterError],
    ['65-67', 'failure behind the gateway', createFailureError],
  ]);
}
