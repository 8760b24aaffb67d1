import { expect, it } from 'vitest';
import { StateError, ThrottledError } from '../../../src/core/index.js';
import { formatAnswer, toFailure } from '../../../src/mcp/answers/result.js';

it('tells a database that is away from a quota that is used up, in the text that hosts show', () => {
  const textOf = (error: StateError | ThrottledError) =>
    formatAnswer(toFailure(error, undefined), (text) => text).content[0]?.text;
  expect(textOf(new StateError('Away.'))).toBe('Away. [state_unreachable; may be tried again later]');
  expect(textOf(new ThrottledError('Wait.', { retryAfterMs: 5000 }))).toBe(
    'Wait. [throttled; try again after 5 s]',
  );
});
