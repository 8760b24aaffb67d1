import { describe, expect, it } from 'vitest';
import { findRetryDelayMs } from '../../../src/core/call/retry.js';
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

describe('findRetryDelayMs', () => {
  it('repeats failures of the upstream three times, ever later', () => {
    const delays = [0, 1, 2, 3].map((attempt) => findRetryDelayMs(new UpstreamError(''), attempt, 1));
    expect(delays).toEqual([250, 500, 1000, undefined]);
  });

  it('spreads delays by half', () => {
    expect(findRetryDelayMs(new UpstreamError(''), 1, 0)).toBe(250);
  });

  it('repeats a timeout once', () => {
    const error = new UpstreamTimeoutError('');
    expect(findRetryDelayMs(error, 0, 0)).toBeDefined();
    expect(findRetryDelayMs(error, 1, 0)).toBeUndefined();
  });

  it.each([ConfigError, CredentialError, InputError, NotFoundError, ResponseError, ThrottledError])(
    'repeats no %o',
    (ErrorClass) => {
      expect(findRetryDelayMs(new ErrorClass(''), 0, 0)).toBeUndefined();
    },
  );

  it('repeats nothing that is not ours', () => {
    expect(findRetryDelayMs(new Error('bug'), 0, 0)).toBeUndefined();
  });
});
