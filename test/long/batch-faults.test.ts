import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import type { Fault } from '../../src/sandbox/fault-plan.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { runCliProcess } from '../helpers/run-cli.js';

const LINES = 300;
const RATE = 0.05;
/** Calls that a run may have under way when it is stopped: nobody hears their answers. */
const CALLS_IN_FLIGHT = 32;
/** A batch stops after three throttled answers in a row, and is started again. */
const MOST_RUNS = 8;

/** Where the product is asked for; a fault of the token's address would be another matter. */
const method = 'jd.union.open.goods.detail.query';
const FAULTS: readonly Fault[] = [
  { kind: 'status', rate: RATE, method },
  { kind: 'reset', rate: RATE, method },
  { kind: 'hang', rate: RATE, method },
  { kind: 'expired-token', rate: RATE, method },
  { kind: 'throttled', rate: RATE, method },
];

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-faults-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams, quota: '100/1s', latencyMs: [5, 40] });
  sandbox.setFaults(FAULTS);
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function countFaults(): Promise<number> {
  const response = await fetch(`${sandbox.origin}/_sandbox/stats`);
  return ((await response.json()) as { faultsPlayed: number }).faultsPlayed;
}

describe('a batch whose calls fail, each twentieth in each of five ways', () => {
  it('ends with an outcome for every id, and asks again only where a call failed', async () => {
    const ids = Array.from({ length: LINES }, (_, at) => String(100_000_000_001 + at * 1000));
    const [list, out] = [join(folder, 'list.txt'), join(folder, 'out.jsonl')];
    writeFileSync(list, ids.map((id) => `https://item.jd.com/${id}.html\n`).join(''));
    const environment = {
      ...sandbox.environment,
      BIJIA_STATE_DIR: join(folder, 'state'),
      // Only what hangs takes longer, on a busy machine too.
      BIJIA_CALL_TIMEOUT: '8s',
    };
    const said: string[] = [];
    while (!existsSync(out) && said.length < MOST_RUNS) {
      const { stderr } = await runCliProcess(['batch', list, '--out', out, '--quiet'], { environment });
      said.push(stderr.trim());
    }
    const results = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; outcome: string });
    const failed = results.filter(({ outcome }) => outcome === 'upstream_error').length;
    const faults = await countFaults();
    const arrivals = sandbox.arrivals().length;
    console.log(
      `${LINES} ids, ${faults} faults, ${arrivals} calls, ${failed} failed; runs:\n${said.join('\n')}`,
    );
    expect(results.map(({ id }) => id)).toEqual(ids);
    expect(results.filter(({ outcome }) => outcome !== 'ok')).toHaveLength(failed);
    // Each call that failed is followed by another one, unless its id was given up.
    const needed = LINES - failed + faults;
    expect(arrivals).toBeGreaterThanOrEqual(needed);
    expect(arrivals).toBeLessThanOrEqual(needed + (said.length - 1) * CALLS_IN_FLIGHT);
    expect(sandbox.stats().map(({ violations }) => violations)).toEqual([0]);
  });
});
