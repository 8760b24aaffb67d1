import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScript } from '../helpers/build-script.js';
import { KILLS, killInRenewals } from '../helpers/state/kill-in-renewals.js';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-token-kill-'));
  script = await buildScript('token-worker.ts');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('sends no renewal twice, whichever process is killed while one is on its way', async () => {
  const uses = await killInRenewals(script, [folder]);
  expect(uses.size).toBeGreaterThanOrEqual(KILLS);
  expect([...uses].filter(([, count]) => count > 1)).toEqual([]);
});
