import { address, credential, interval, quota, secret, type ValuesOf, wholeNumber } from '../../settings.js';

export const settings = {
  appId: credential('JUMDATA_APP_ID', { about: 'appId that jumdata.com assigns' }),
  appSecret: secret('JUMDATA_APP_SECRET', { about: 'appSecret of the same account' }),
  baseUrl: address('JUMDATA_BASE_URL', 'https://api.jumdata.com', { about: 'Address of the service' }),
  quota: quota('JUMDATA_QUOTA', '10/1s', {
    about: 'Calls per window; no rate is published, the default is an assumption',
  }),
  interval: interval('JUMDATA_INTERVAL'),
  dailyCalls: wholeNumber('JUMDATA_DAILY_CALLS', {
    about: 'Most paid calls a day (GMT+8) over all processes; unset for no ceiling',
  }),
};

export type JumdataValues = ValuesOf<typeof settings>;
