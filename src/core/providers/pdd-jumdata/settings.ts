import {
  address,
  credential,
  optionalDuration,
  quota,
  secret,
  type ValuesOf,
  wholeNumber,
} from '../../settings.js';

export const settings = {
  appId: credential('JUMDATA_APP_ID', { about: 'appId that jumdata.com assigns' }),
  appSecret: secret('JUMDATA_APP_SECRET', { about: 'appSecret of the same account' }),
  baseUrl: address('JUMDATA_BASE_URL', 'https://api.jumdata.com', { about: 'Address of the service' }),
  quota: quota('JUMDATA_QUOTA', '10/1s', {
    about: 'Calls per window; no rate is published, the default is an assumption',
  }),
  interval: optionalDuration('JUMDATA_INTERVAL', {
    about:
      'Least distance between two calls of this process, for upstreams that count bursts; unset for none',
  }),
  dailyCalls: wholeNumber('JUMDATA_DAILY_CALLS', {
    about: 'Most paid calls a day (GMT+8) over all processes; unset for no ceiling',
  }),
};

export type JumdataValues = ValuesOf<typeof settings>;
