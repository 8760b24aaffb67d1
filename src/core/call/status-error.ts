import {
  type BijiaError,
  ConfigError,
  CredentialError,
  ResponseError,
  ThrottledError,
  UpstreamError,
} from '../errors.js';
import { joinAll } from '../words/join.js';

/** The variables to look at when an upstream's own answer does not say what is wrong. */
export interface UpstreamEnvs {
  readonly addresses: readonly string[];
  readonly credentials: readonly string[];
}

/** What an HTTP status says, where the answer says nothing that can be read. */
export function createStatusError(status: number, { addresses, credentials }: UpstreamEnvs): BijiaError {
  const detail = `HTTP ${status}`;
  if (status === 429)
    return new ThrottledError('The upstream says that calls come too often. Wait and try again.', { detail });
  if (status === 401 || status === 403) {
    return new CredentialError(
      `The upstream refuses access. Check ${joinAll(credentials)}, and whether it lets this machine's address in.`,
      { detail, facts: { settings: credentials.join('、') } },
    );
  }
  if (status === 404 || (status >= 300 && status < 400)) {
    return new ConfigError(`The upstream's address answers HTTP ${status}. Check ${joinAll(addresses)}.`, {
      code: 'wrong_address',
      detail,
      facts: { settings: addresses.join('、') },
    });
  }
  if (status >= 500)
    return new UpstreamError(`The upstream failed with HTTP ${status}. Try again later.`, { detail });
  return new ResponseError(`The upstream answered HTTP ${status}. Report it with the log.`, { detail });
}
