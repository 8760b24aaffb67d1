import { expect, it } from 'vitest';
import { ConfigError, StateError } from '../../../src/core/errors.js';
import { describeHistoryFailure } from '../../../src/core/history/describe-failure.js';

it('says that prices wait while a shared database takes none, since none is lost', () => {
  expect(describeHistoryFailure(new StateError('Full.', { code: 'state_full' }))).toMatch(/wait in a file/);
});

it.each([
  ['no room on this disk', new ConfigError('Full.', { code: 'history_disk_full' })],
  ['a file that takes half a line', new Error('the disk took half a line')],
])('says that prices are not noted for %s', (_, error) => {
  expect(describeHistoryFailure(error)).toMatch(/not noted/);
});
