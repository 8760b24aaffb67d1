import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Check } from '../../../src/core/doctor/check.js';
import { examineUpstream } from '../../../src/core/doctor/examine-upstream.js';
import { ConfigError } from '../../../src/core/errors.js';
import type { Upstream } from '../../../src/core/lookup/upstream.js';
import { acme, createProvider, createTestUpstream } from '../../helpers/acme.js';

const LIMIT = { calls: 100, windowMs: 60_000 };
const STATUS = { limit: LIMIT, inUse: 0, effectiveCalls: 100, free: 100, frozenForMs: 0, isQuiet: true };

async function examine(change: object, stateDir?: string): Promise<Check[]> {
  const upstream = {
    ...createTestUpstream(createProvider('acme', acme)),
    ...{ limit: LIMIT, values: {}, limiter: { status: async () => STATUS } },
    ...change,
  } as unknown as Upstream;
  const checks: Check[] = [];
  for await (const check of examineUpstream(upstream, { stateDir, mayPay: async () => false }))
    checks.push(check);
  return checks;
}

const fail = () => Promise.reject(new ConfigError('It cannot be read.', { code: 'state_not_readable' }));

it('says why the paid calls of today cannot be counted', async () => {
  const checks = await examine({ paidCalls: { readToday: fail } });
  expect(checks.at(-1)).toMatchObject({
    ...{ name: { en: 'paid calls' }, status: 'problem' },
    advice: { en: 'It cannot be read.' },
  });
});

it('says why there are no permits, and looks for nobody who shares them', async () => {
  const checks = await examine({ limiter: { status: fail } }, join(import.meta.dirname, 'no-such-folder'));
  expect(checks.at(-1)).toMatchObject({
    ...{ name: { en: 'permits' }, status: 'problem' },
    advice: { en: 'It cannot be read.' },
  });
});
