import { address, choice, credential, interval, quota, secret, text, type ValuesOf } from '../../settings.js';
import { GUIDE_SIGN_FORMS, PARAM_JSON_FORMS } from '../jd/sign.js';

export const settings = {
  appKey: credential('JD_UNION_APP_KEY', { about: 'AppKey of the application at union.jd.com' }),
  appSecret: secret('JD_UNION_APP_SECRET', { about: 'AppSecret of the same application' }),
  dialect: choice('JD_UNION_DIALECT', ['guide', 'jos'], {
    about: 'Interface to speak: "guide" as the reference document writes it, "jos" as production SDKs do',
  }),
  signForm: choice('JD_UNION_SIGN', GUIDE_SIGN_FORMS, { about: 'Signature of dialect "guide"' }),
  paramJson: choice('JD_UNION_PARAM_JSON', PARAM_JSON_FORMS, {
    about:
      'How dialect "guide" writes param_json: as JSON text (the reference\'s template) or as an object (its first sample)',
  }),
  siteId: text('JD_UNION_SITE_ID', {
    about:
      'Dialect "jos": site or app registered at union.jd.com, for promotion links without a right of their own',
    example: '4100000000',
  }),
  gatewayUrl: address('JD_UNION_GATEWAY_URL', 'https://api.jd.com/routerjson', { about: 'Gateway' }),
  tokenUrl: address('JD_UNION_TOKEN_URL', 'https://api.jd.com/oauth2/access_token', {
    about: 'Where dialect "guide" gets its access token',
  }),
  quota: quota('JD_UNION_QUOTA', '100/60s', { about: 'Calls per window that the AppKey is allowed' }),
  interval: interval('JD_UNION_INTERVAL'),
};

export type JdUnionValues = ValuesOf<typeof settings>;
