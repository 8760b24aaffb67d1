import {
  address,
  choice,
  credential,
  interval,
  quota,
  type Setting,
  secret,
  type ValuesOf,
} from '../../settings.js';
import { parsePid } from '../taobao/pid.js';
import { SIGN_METHODS } from './sign.js';

const pid: Setting<string> = {
  ...credential('TBK_PID', {
    about: 'PID of an advertising zone at pub.alimama.com, of the same account as the application',
    example: 'mm_123456_789012_345678',
  }),
  parse: parsePid,
};

export const settings = {
  appKey: credential('TBK_APP_KEY', { about: 'AppKey of the application at open.taobao.com' }),
  appSecret: secret('TBK_APP_SECRET', { about: 'AppSecret of the same application' }),
  pid,
  gatewayUrl: address('TBK_GATEWAY_URL', 'https://eco.taobao.com/router/rest', { about: 'Gateway' }),
  signMethod: choice('TBK_SIGN', SIGN_METHODS, { about: 'Signature: the gateway takes any of them' }),
  quota: quota('TBK_QUOTA', '5/1s', {
    about: 'Calls per window; no rate is published, the default is an assumption',
  }),
  interval: interval('TBK_INTERVAL'),
};

export type TbkValues = ValuesOf<typeof settings>;

/** The third number of a PID. */
export function getAdzoneId({ pid: text }: Pick<TbkValues, 'pid'>): string {
  return text.split('_')[3] ?? '';
}
