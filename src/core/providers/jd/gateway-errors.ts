import * as z from 'zod/mini';
import {
  type BijiaError,
  ConfigError,
  CredentialError,
  ResponseError,
  ThrottledError,
  TokenExpiredError,
  UpstreamError,
} from '../../errors.js';
import { isEmptyValue } from '../../product/lenient-schema.js';
import { type ErrorRow, NOT_PERMITTED } from '../../provider.js';

/** What the messages of a JD provider tell its operator to look at. */
export interface JdAdvice {
  readonly keyEnv: string;
  readonly secretEnv: string;
  /** Chooses the signature of dialect "guide". */
  readonly signEnv: string;
  readonly dialectEnv: string;
  /** What to do about a token that stays refused. */
  readonly token: string;
  /** Where applications and their rights are kept. */
  readonly console: string;
}

export type JdDialect = 'guide' | 'jos';
type CreateError = ErrorRow['create'];

/**
 * A table of one dialect.
 * @param table codes that mean the same stand on one line: `60 65-67` are four
 */
export function toErrorRows(
  dialect: JdDialect,
  table: readonly (readonly [codes: string, meaning: string, create: CreateError])[],
): readonly ErrorRow[] {
  return table.flatMap(([codes, meaning, create]) =>
    codes
      .split(' ')
      .flatMap(listRange)
      .map((code) => ({ code, meaning, dialect, create })),
  );
}

function listRange(codes: string): string[] {
  const [first = '', last = first] = codes.split('-');
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => String(Number(first) + at));
}

export const createThrottledError: CreateError = (detail) =>
  new ThrottledError('JD says that the quota of this app key is used up. Wait and try again.', { detail });

export const createFailureError: CreateError = (detail) =>
  new UpstreamError('JD reports a failure on its side. Try again in a few minutes.', { detail });

/** Ids are checked before they are sent, so it is not the user's input that is wrong. */
export const createParameterError: CreateError = (detail) =>
  new ResponseError(
    'JD refuses the parameters of the call as a whole. Its interface may have changed; report it with the log.',
    { code: 'parameters_refused', detail },
  );

export const createClockError: CreateError = (detail) =>
  new ConfigError(
    'JD refuses the time stamp. Set the clock of this machine: it may be off by a few minutes at the most.',
    { code: 'clock_off', detail },
  );

/** @param what completes "JD refuses the account:" */
export function createAccountError(what: string, code?: string): CreateError {
  return (detail) =>
    new CredentialError(`JD refuses the account: ${what}. Retrying will not help until this is fixed.`, {
      code,
      detail,
    });
}

/** @param where the right is applied for */
export function createPermissionError(where: string): CreateError {
  return createAccountError(`it may not call this interface; apply for it ${where}`, NOT_PERMITTED);
}

/** For a refused token: renewed before it reaches anyone. */
export function createTokenError({ token }: JdAdvice): CreateError {
  return (detail) =>
    new TokenExpiredError(`JD refuses the access token as missing, unknown or expired. ${token}`, { detail });
}

/** @param asked the dialect in which the gateway was spoken to */
export function createSignatureError(
  { keyEnv, secretEnv, signEnv, dialectEnv }: JdAdvice,
  asked: JdDialect,
): CreateError {
  const choices = asked === 'guide' ? `${signEnv} and ${dialectEnv}` : dialectEnv;
  return (detail) =>
    new CredentialError(
      `JD refuses the signature. Check that ${keyEnv} and ${secretEnv} belong together, then ${choices}; retrying will not help.`,
      { code: 'signature_refused', detail },
    );
}

/** @param asked the dialect in which the gateway was spoken to */
export function createMethodError({ dialectEnv }: JdAdvice, asked: JdDialect): CreateError {
  const message =
    asked === 'guide'
      ? `This JD gateway does not understand the requests of the reference document. Set ${dialectEnv}=jos, which production gateways speak.`
      : `This JD gateway does not know the method that was asked for. Check its address and whether the application may use the interface; ${dialectEnv}=guide is for gateways of the reference document.`;
  const settings = asked === 'guide' ? `${dialectEnv}=jos` : dialectEnv;
  return (detail) => new CredentialError(message, { code: 'unknown_method', facts: { settings }, detail });
}

/** The error that a code stands for in a dialect; a ResponseError for a code that the table does not list. */
export function createCodeError(
  rows: readonly ErrorRow[],
  dialect: JdDialect,
  { code, text }: { readonly code: string; readonly text: string },
): BijiaError {
  const detail = `code ${code}: ${text.slice(0, 200)}`;
  const row = rows.find((known) => known.code === code && known.dialect === dialect);
  if (row) return row.create(detail);
  return new ResponseError(
    `JD answered with the unknown code ${code.slice(0, 20)}. Report it with the log; retrying will not help.`,
    { detail },
  );
}

const ErrorResponse = z.looseObject({ code: z.union([z.string(), z.number()]) });

/** What production's gateway says in `error_response`; undefined where the answer holds none. */
export function readErrorResponse(
  body: Readonly<Record<string, unknown>>,
): { readonly code: string; readonly text: string } | undefined {
  if (isEmptyValue(body['error_response'])) return undefined;
  const error = ErrorResponse.safeParse(body['error_response']);
  if (!error.success) return { code: 'none', text: '' };
  return { code: String(error.data.code), text: readDescription(error.data) };
}

/** The words next to a code, in all of JD's languages. */
export function readDescription({ zh_desc, en_desc, msg }: Readonly<Record<string, unknown>>): string {
  return [zh_desc, en_desc, msg].filter((words) => typeof words === 'string' && words !== '').join(' / ');
}
