import { describe, expect, it } from 'vitest';
import { getRetryDelayMs } from '../../../src/core/call/retry.js';
import {
  ConfigError,
  CredentialError,
  InputError,
  NotFoundError,
  ResponseError,
  ThrottledError,
  UpstreamError,
  UpstreamTimeoutError,
} from '../../../src/core/errors.js';

describe('getRetryDelayMs', () => {
  it('repeats failures of the upstream three times, ever later', () => {
    const delays = [0, 1, 2, 3].map((attempt) => getRetryDelayMs(new UpstreamError(''), attempt, 1));
    expect(delays).toEqual([250, 500, 1000, undefined]);
  });

  it('spreads delays by half', () => {
    expect(getRetryDelayMs(new UpstreamError(''), 1, 0)).toBe(250);
  });

  it('repeats a timeout once', () => {
    const error = new UpstreamTimeoutError('');
    expect(getRetryDelayMs(error, 0, 0)).toBeDefined();
    expect(getRetryDelayMs(error, 1, 0)).toBeUndefined();
  });

  it.each([ConfigError, CredentialError, InputError, NotFoundError, ResponseError, ThrottledError])(
    'repeats no %o',
    (ErrorClass) => {
      expect(getRetryDelayMs(new ErrorClass(''), 0, 0)).toBeUndefined();
    },
  );

  it('repeats nothing that is not ours', () => {
    expect(getRetryDelayMs(new Error('bug'), 0, 0)).toBeUndefined();
  });
});
