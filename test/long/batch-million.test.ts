import { execFile } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScript } from '../helpers/build-script.js';
import { watchSlowdown } from '../helpers/slowdown.js';

const SIZE = 1_000_000;
/** What the process that measures loads beside the batch: every provider, the HTTP client, the limiter. */
const LOADED_MB = 55;
const folder = mkdtempSync(join(tmpdir(), 'bijia-million-'));

interface Measured {
  readonly count: number;
  readonly tookMs: number;
  readonly maxRssMb: number;
}

let script: string;
let list: string;

async function measure(step: string): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    step,
    folder,
    String(SIZE),
    list ?? '',
  ]);
  const measured = JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as Measured;
  console.log(stdout.trim());
  return measured;
}

beforeAll(async () => {
  script = await buildScript('./batch-million.ts');
  await measure('generate');
  await measure('collect-txt');
  renameSync(join(folder, 'ids.txt.copy'), join(folder, 'input.jsonl'));
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'hash', folder, '1']);
  [list = ''] = stdout.split('\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a million ids', () => {
  it.each(['collect-csv', 'run', 'write-csv', 'write-jsonl'])('take flat memory to %s', async (step) => {
    const { count, maxRssMb } = await measure(step);
    expect(count).toBe(SIZE);
    expect(maxRssMb).toBeLessThanOrEqual(150 + LOADED_MB);
  });

  it('are found again in a journal of 700 MB within 3 s and 150 MB', async () => {
    const slowdown = watchSlowdown(500);
    const { count, tookMs, maxRssMb } = await measure('resume');
    slowdown.stop();
    expect(count).toBe(SIZE);
    expect(tookMs).toBeLessThanOrEqual(3000 * slowdown.median());
    expect(maxRssMb).toBeLessThanOrEqual(150);
  });
});
