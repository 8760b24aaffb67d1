import { ConfigError } from '../../errors.js';
import {
  address,
  credential,
  interval,
  quota,
  type Setting,
  secret,
  text,
  type ValuesOf,
} from '../../settings.js';

/** `<number of the promoter>_<number of the place>`. */
const PID = /^\d{1,20}_\d{1,20}$/;
export const MAX_CUSTOM_BYTES = 64;

export const settings = {
  clientId: credential('PDD_DDK_CLIENT_ID', { about: 'client_id of the application at open.pinduoduo.com' }),
  clientSecret: secret('PDD_DDK_CLIENT_SECRET', { about: 'client_secret of the same application' }),
  pid: {
    ...credential('PDD_DDK_PID', {
      about: 'Promotion place of Duoduo Jinbao; "bijia login pdd-ddk" has it authorised',
      example: '10001_20002',
    }),
    parse: parsePid,
  },
  customParameters: {
    ...text('PDD_DDK_CUSTOM_PARAMETERS', {
      about: 'JSON text with "uid", 64 bytes at most; is authorised together with the promotion place',
      example: '{"uid":"bijia"}',
    }),
    parse: parseCustomParameters,
  } satisfies Setting<string | undefined>,
  gatewayUrl: address('PDD_DDK_GATEWAY_URL', 'https://gw-api.pinduoduo.com/api/router', { about: 'Gateway' }),
  quota: quota('PDD_DDK_QUOTA', '5/1s', {
    about: 'Calls per window; none is published, the default is an assumption',
  }),
  interval: interval('PDD_DDK_INTERVAL'),
};

export type DdkValues = ValuesOf<typeof settings>;

function parsePid(value: string): string {
  if (PID.test(value.trim())) return value.trim();
  throw new ConfigError('expects a promotion place such as 10001_20002, as jinbao.pinduoduo.com lists them');
}

function parseCustomParameters(value: string): string {
  const given = value.trim();
  if (Buffer.byteLength(given) <= MAX_CUSTOM_BYTES && typeof readObject(given)?.['uid'] === 'string')
    return given;
  throw new ConfigError('expects JSON text of 64 bytes at most that names a uid, such as {"uid":"bijia"}');
}

/** The object in a JSON text; undefined where it is anything else. */
export function readObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
