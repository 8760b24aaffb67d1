import { address, credential, quota, secret, type ValuesOf } from '../../settings.js';

export const settings = {
  appKey: credential('MOGU_APP_KEY', { about: 'App key that Mogu Open assigns' }),
  appSecret: secret('MOGU_APP_SECRET', { about: 'Secret of the same application' }),
  baseUrl: address('MOGU_BASE_URL', 'https://api.mogu.example', { about: 'Address of the service' }),
  quota: quota('MOGU_QUOTA', '60/60s', { about: 'Calls per window, as the contract says' }),
};

export type MoguValues = ValuesOf<typeof settings>;
