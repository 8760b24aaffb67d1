import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { examineHistory } from '../../../src/core/doctor/examine-history.js';

it('a history that machines share is said to be there, and one of this machine alone can be brought to it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bijia-doctor-'));
  const examine = async () =>
    (await examineHistory(folder, { isOn: true, isShared: true })).map(({ status, advice }) => [
      status,
      advice?.en,
    ]);
  expect(await examine()).toEqual([['ok', undefined]]);
  await mkdir(join(folder, 'history'));
  await writeFile(join(folder, 'history', 'history.db'), '');
  expect(await examine()).toEqual([
    ['ok', undefined],
    ['info', 'Bring it into the database: bijia db import'],
  ]);
  await rm(folder, { recursive: true });
});
