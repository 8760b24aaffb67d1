import {
  address,
  choice,
  credential,
  interval,
  quota,
  type Setting,
  secret,
  text,
  type ValuesOf,
} from '../../settings.js';
import { parsePid } from '../taobao/pid.js';
import { SIGN_FORMS } from './sign.js';

export const settings = {
  appKey: credential('DATAOKE_APP_KEY', { about: 'AppKey of the application at dataoke.com' }),
  appSecret: secret('DATAOKE_APP_SECRET', { about: 'AppSecret of the same application' }),
  pid: {
    ...text('DATAOKE_PID', {
      about: 'PID that promotion links are made for; unset, the one that is bound at dataoke.com',
      example: 'mm_123456_789012_345678',
    }),
    parse: parsePid,
  } satisfies Setting<string | undefined>,
  baseUrl: address('DATAOKE_BASE_URL', 'https://openapi.dataoke.com/api', {
    about: 'Address of the service',
  }),
  signForm: choice('DATAOKE_SIGN', SIGN_FORMS, {
    about: 'Signature: over all parameters ("sign"), or over key, time and nonce ("sign-ran")',
  }),
  quota: quota('DATAOKE_QUOTA', '5/1s', {
    about: 'Calls per window; no rate is published, the default is an assumption',
  }),
  interval: interval('DATAOKE_INTERVAL'),
};

export type DataokeValues = ValuesOf<typeof settings>;
