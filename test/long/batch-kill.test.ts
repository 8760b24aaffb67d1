import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { killProcess } from '../helpers/kill-process.js';
import { CLI } from '../helpers/run-cli.js';

const KILLS = 20;
/** Each run is killed after one of its first calls. */
const MOST_CALLS = 120;
/** More than all the killed runs together can do. */
const LINES = 3000;
/** As many as the engine has under way for one type of reference. */
const CONCURRENCY = 32;

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-kill-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams, quota: '100/1s', latencyMs: [5, 40] });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

function start() {
  const child = spawn(
    process.execPath,
    [CLI, 'batch', join(folder, 'list.txt'), '--out', join(folder, 'out.jsonl'), '--quiet'],
    {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...sandbox.environment,
        PATH: process.env['PATH'],
        BIJIA_STATE_DIR: join(folder, 'state'),
        // Long enough for a loaded machine; permits of a killed process come back after it.
        BIJIA_CALL_TIMEOUT: '2s',
        BIJIA_LOG_LEVEL: 'silent',
        JD_UNION_QUOTA: '100/1s',
      },
    },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { child, stderr: () => stderr };
}

describe('a batch that is killed again and again', () => {
  it(`loses nothing and repeats nothing over ${KILLS} kills`, async () => {
    const ids = Array.from({ length: LINES }, (_, at) => String(100_000_000_000 + at * 1000 + 1));
    writeFileSync(join(folder, 'list.txt'), ids.map((id) => `https://item.jd.com/${id}.html\n`).join(''));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child } = start();
      const calls = sandbox.arrivals().length + 1 + Math.random() * MOST_CALLS;
      while (sandbox.arrivals().length < calls && child.exitCode === null) await sleep(5);
      await killProcess(child);
      expect(existsSync(join(folder, 'out.jsonl'))).toBe(false);
    }
    const { child, stderr } = start();
    await once(child, 'close');
    expect([child.exitCode, stderr()]).toEqual([0, '']);
    const lines = readFileSync(join(folder, 'out.jsonl'), 'utf8').trimEnd().split('\n');
    const results = lines.map((line) => JSON.parse(line));
    expect(results.map(({ line, id, outcome }) => [line, id, outcome])).toEqual(
      ids.map((id, at) => [at + 1, id, 'ok']),
    );
    const arrivals = sandbox.arrivals().length;
    console.log(`${LINES} ids took ${arrivals} calls over ${KILLS} kills`);
    expect(arrivals - LINES).toBeLessThanOrEqual(KILLS * CONCURRENCY);
    expect(sandbox.stats().every(({ violations }) => violations === 0)).toBe(true);
  });
});
