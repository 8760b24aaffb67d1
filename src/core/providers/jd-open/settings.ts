import {
  address,
  choice,
  credential,
  interval,
  optionalSecret,
  quota,
  secret,
  type ValuesOf,
} from '../../settings.js';
import { GUIDE_SIGN_FORMS, PARAM_JSON_FORMS } from '../jd/sign.js';

export const settings = {
  appKey: credential('JD_OPEN_APP_KEY', { about: 'AppKey of the application at open.jd.com' }),
  appSecret: secret('JD_OPEN_APP_SECRET', { about: 'AppSecret of the same application' }),
  accessToken: optionalSecret('JD_OPEN_ACCESS_TOKEN', {
    about: 'Access token of the shop; "bijia login jd-open" obtains one',
  }),
  refreshToken: optionalSecret('JD_OPEN_REFRESH_TOKEN', {
    about: 'Refresh token that belongs to it; works once, so the renewed ones are kept in the state folder',
  }),
  dialect: choice('JD_OPEN_DIALECT', ['guide', 'jos'], {
    about: 'Interface to speak: "guide" as the reference document writes it, "jos" as production SDKs do',
  }),
  signForm: choice('JD_OPEN_SIGN', GUIDE_SIGN_FORMS, { about: 'Signature of dialect "guide"' }),
  paramJson: choice('JD_OPEN_PARAM_JSON', PARAM_JSON_FORMS, {
    about:
      'How dialect "guide" writes param_json: as JSON text (the reference\'s template) or as an object (its first sample)',
  }),
  gatewayUrl: address('JD_OPEN_GATEWAY_URL', 'https://api.jd.com/routerjson', { about: 'Gateway' }),
  authUrl: address('JD_OPEN_AUTH_URL', 'https://open-oauth.jd.com/oauth2', {
    about: 'Authorisation service',
  }),
  redirectUrl: address('JD_OPEN_REDIRECT_URL', 'http://127.0.0.1/bijia', {
    about: 'Callback address that the application is registered with; the code arrives there',
  }),
  quota: quota('JD_OPEN_QUOTA', '100/60s', { about: 'Calls per window that the AppKey is allowed' }),
  interval: interval('JD_OPEN_INTERVAL'),
};

export type JdOpenValues = ValuesOf<typeof settings>;
