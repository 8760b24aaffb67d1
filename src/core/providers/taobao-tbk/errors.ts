import {
  type BijiaError,
  ConfigError,
  CredentialError,
  InputError,
  NotFoundError,
  ResponseError,
  ThrottledError,
  UpstreamError,
} from '../../errors.js';
import { type ErrorRow, NOT_PERMITTED, type ProviderErrorWords } from '../../provider.js';
import { TAOBAO_ERROR_WORDS } from '../taobao/error-words.js';
import { createNumericIdError } from '../taobao/refusals.js';
import type { TopMethod } from './methods.js';

/** What `error_response` says. */
export interface TopRefusal {
  readonly code: string;
  readonly subCode: string | undefined;
  /** All that was said in words. */
  readonly text: string;
}

type CreateError = ErrorRow['create'];

const account =
  (what: string, code?: string): CreateError =>
  (detail) =>
    new CredentialError(`Taobao refuses the account: ${what}. Retrying will not help until this is fixed.`, {
      code,
      detail,
    });

const forbid = account('it may not call this interface; apply for it at open.taobao.com', NOT_PERMITTED);
const refuseSession = account('it wants a session key, which these methods do not need; report it');
const refusePid = account('TBK_PID is not a PID of the account that TBK_APP_KEY belongs to', 'pid_refused');

/** "This ban will last for 2 more seconds": nothing is to be sent before. */
const throttle: CreateError = (detail) => {
  const seconds = Number(/(\d{1,5}) more seconds?/i.exec(detail)?.[1] ?? 1);
  return new ThrottledError('Taobao says that calls come too often. Wait and try again.', {
    detail,
    retryAfterMs: Math.max(1, seconds) * 1000,
  });
};

const fail: CreateError = (detail) =>
  new UpstreamError('Taobao reports a failure on its side. Try again in a few minutes.', { detail });

const refuseForm: CreateError = (detail) =>
  new ConfigError(
    'The gateway does not understand the call: check TBK_GATEWAY_URL; where it is right, the interface has changed.',
    { code: 'unknown_method', facts: { settings: 'TBK_GATEWAY_URL' }, detail },
  );

const refuseParameter: CreateError = (detail) =>
  new InputError("Taobao's alliance refuses this request. Check the id, link or words.", {
    code: 'parameters_refused',
    detail,
  });

const missProduct: CreateError = (detail) =>
  new NotFoundError("Taobao's alliance has no such product: it is gone, or it is not promoted.", {
    code: 'not_returned',
    detail,
  });

/** Gateway codes as they stand; what the service behind it says is in `sub_code` of 15 and 50, marked so. */
const TABLE: readonly (readonly [code: string, meaning: string, create: CreateError])[] = [
  ['4', 'user call limited', throttle],
  ['5', 'session call limited', throttle],
  ['6', 'partner call limited', throttle],
  ['7', 'app call limited', throttle],
  ['8', 'app call exceeds limited frequency', throttle],
  ['50002', 'too frequent', throttle],
  ['10', 'service currently unavailable', fail],
  ['40001', 'failure of the service', fail],
  ['1201', 'failure of the service', fail],
  ['sub_code isp.*', 'failure of the service', fail],
  ['11', 'insufficient ISV permissions', forbid],
  ['12', 'insufficient user permissions', forbid],
  ['13', 'insufficient partner permissions', forbid],
  ['1911', 'no right for this scene', forbid],
  ['21', 'missing method', refuseForm],
  ['22', 'invalid method', refuseForm],
  ['23', 'invalid format', refuseForm],
  ['32', 'missing version', refuseForm],
  ['33', 'invalid version', refuseForm],
  ['34', 'unsupported version', refuseForm],
  ['24', 'missing signature', account('the call came without a signature')],
  ['25', 'invalid signature', account('its signature is wrong; check TBK_APP_SECRET', 'signature_refused')],
  ['26', 'missing session', refuseSession],
  ['27', 'invalid session', refuseSession],
  ['28', 'missing app key', account('the call came without an app key; check TBK_APP_KEY')],
  ['29', 'invalid app key', account('it does not know the app key; check TBK_APP_KEY')],
  ['30', 'missing timestamp', account('the call came without a time stamp')],
  ['31', 'invalid timestamp', account('the clock of this machine is off; set it', 'clock_off')],
  ['40', 'missing required arguments', refuseParameter],
  ['41', 'invalid arguments', refuseParameter],
  ['43', 'invalid arguments', refuseParameter],
  ['30001', 'parameter', refuseParameter],
  ['30002', 'parameter', refuseParameter],
  ['sub_code isv.*-parameter', 'missing or invalid parameter', refuseParameter],
  ['sub_code 2', 'wrong PID', refusePid],
  ['sub_code 5', 'wrong PID', refusePid],
  ['sub_code isp.pid-check-error', 'wrong PID', refusePid],
  ['sub_code -4003', 'numeric id no longer taken', createNumericIdError],
  ['35', 'numeric id no longer taken', createNumericIdError],
  ['10000', 'gone, or not promoted', missProduct],
  [
    'sub_code 4',
    'gone, or not promoted; with a text about the ad zone: wrong PID',
    (detail) => (/adzone|pid|推广位/i.test(detail) ? refusePid(detail) : missProduct(detail)),
  ],
];

export const ERROR_ROWS: readonly ErrorRow[] = TABLE.map(([code, meaning, create]) => ({
  code,
  meaning,
  create,
}));

export const ERROR_WORDS: ProviderErrorWords = TAOBAO_ERROR_WORDS;

/** The keys of the table under which a refusal may stand, the most exact first. */
function listKeys({ code, subCode = '' }: TopRefusal): string[] {
  const isRemote = code === '15' || code === '50';
  if (!isRemote) return [code];
  const isParameter = /^isv\.(?:invalid|missing)-parameter/.test(subCode);
  return [
    `sub_code ${subCode}`,
    // Short numbers mean something else as codes of the gateway.
    ...(/^\d{2}$|^\d{4,}$/.test(subCode) ? [subCode] : []),
    ...(subCode.startsWith('isp.') ? ['sub_code isp.*'] : []),
    ...(isParameter ? ['sub_code isv.*-parameter'] : []),
  ];
}

/** The error that a refusal stands for; a ResponseError for what the table does not list. */
export function createTopError(refusal: TopRefusal, method: TopMethod): BijiaError {
  const detail = `code ${refusal.code}: ${refusal.text.slice(0, 200)}`;
  const keys = listKeys(refusal);
  const row = keys.flatMap((key) => ERROR_ROWS.find(({ code }) => code === key) ?? [])[0];
  const scopes = refusal.code === '11' ? /scope ids? is ([\d ,]+)/i.exec(refusal.text)?.[1] : undefined;
  if (scopes !== undefined) return createScopeError(scopes.trim(), method, detail);
  if (row) return row.create(detail);
  const { code, subCode } = refusal;
  const named = subCode === undefined ? code : `${code} (${subCode.slice(0, 60)})`;
  return new ResponseError(
    `Taobao answered with the unknown code ${named}. Report it with the log; retrying will not help.`,
    { detail },
  );
}

/** Code 11 lists the permission packages that the application has: the one that it lacks follows. */
function createScopeError(scopes: string, { name, scope }: TopMethod, detail: string): CredentialError {
  const has = scopes.split(/[\s,]+/).filter(Boolean);
  const lacks = has.includes(scope) ? 'another one' : scope;
  return new CredentialError(
    `This application may not call ${name}: it has the permission packages ${has.join(', ')} and lacks ${lacks}. Apply for it at open.taobao.com.`,
    { code: NOT_PERMITTED, detail },
  );
}
