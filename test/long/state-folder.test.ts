import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { HELLO, READY } from '../helpers/mcp-process.js';
import { type CliRun, startCliProcess } from '../helpers/run-cli.js';
import { SPOILS } from '../helpers/spoil.js';

/** Full scale spoils every kind of file in every way, some 230 times seven processes; otherwise every second of these. */
const STEP = process.env['STATE_FOLDER'] === 'full' ? 1 : 2;
/** No command here takes a second; the machine may be busy. */
const TIME_LIMIT_MS = 60_000;
const LINKS = [
  'https://item.jd.com/100000000001.html',
  'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864',
  'https://item.jd.com/100000001001.html',
];
/** Stack traces, missing values and our own apology. */
const WRONG_WORDS =
  /fault of the program|internal error|TypeError|RangeError|\bat .+\.js:\d+|undefined|NaN|\[object/i;

let folder: string;
let sandbox: Sandbox;
const inFolder = (name: string) => join(folder, name);

interface TimedRun extends CliRun {
  readonly name: string;
  readonly isLate: boolean;
}

async function run(args: readonly string[], stdin = ''): Promise<TimedRun> {
  const environment = {
    ...sandbox.environment,
    BIJIA_STATE_DIR: inFolder('state'),
    JUMDATA_DAILY_CALLS: '1000',
    BIJIA_CALL_TIMEOUT: '2s',
  };
  const { child, end } = startCliProcess(args, { environment });
  child.stdin.on('error', () => undefined).end(stdin);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, TIME_LIMIT_MS);
  const ended = await end;
  clearTimeout(timer);
  return { ...ended, name: args[0] ?? '', isLate };
}

const batch = (...more: readonly string[]) => run(['batch', inFolder('list.txt'), '--quiet', ...more]);

/** What a row says that does not depend on when it was asked for. */
function listOutcomes(stdout: string): unknown[] {
  const rows = stdout.split('\n').filter(Boolean);
  return rows.map((row) => {
    const { line, outcome, id } = JSON.parse(row) as Record<string, unknown>;
    return [line, outcome, id];
  });
}

const PING = [HELLO, READY, { jsonrpc: '2.0', id: 'a ping', method: 'ping' }];

/** All that may be said with one bad file in the state. */
async function findFaults(right: readonly unknown[]): Promise<string[]> {
  const [mcp, resumed, ...others] = await Promise.all([
    run(['mcp'], PING.map((frame) => `${JSON.stringify(frame)}\n`).join('')),
    batch(),
    batch('--detail', 'price', '--out', inFolder('prices.csv')),
    run(['jobs']),
    run(['get', LINKS[2] ?? '', '--json']),
    run(['history', LINKS[0] ?? '']),
    run(['watches']),
  ]);
  const faults = [mcp, resumed, ...others].flatMap(({ name, isLate, code, stdout, stderr }) => [
    ...(isLate ? [`${name} hangs`] : []),
    ...(!isLate && (code === null || code > 4) ? [`${name} ends with ${code}`] : []),
    ...(WRONG_WORDS.test(stderr) ? [`${name} says: ${stderr.slice(0, 600)}`] : []),
    ...(code !== 0 && `${stdout}${stderr}`.trim() === ''
      ? [`${name} ends with ${code} and says nothing`]
      : []),
  ]);
  if (!mcp.stdout.includes('"id":"a ping"')) faults.push(`mcp does not answer ping: ${mcp.stderr}`);
  const isRight = JSON.stringify(listOutcomes(resumed.stdout)) === JSON.stringify(right);
  if (resumed.code === 0 && !isRight) faults.push(`batch gives wrong rows: ${resumed.stdout.slice(0, 300)}`);
  return faults;
}

/** One of each kind: job.json, journal, permit, token… */
function listKinds(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  const toKind = (name: string) => name.replace(/[0-9a-f]{8,}|\d+/g, '#');
  return [...new Map(files.map((name) => [toKind(name), name])).values()].sort();
}

let kinds: readonly string[] = [];
let right: readonly unknown[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-spoiled-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams, quota: '1000/1s' });
  writeFileSync(inFolder('list.txt'), LINKS.map((link) => `${link}\n`).join(''));
  await run(['watch', LINKS[0] ?? '', '--below', '1']);
  await run(['get', ...LINKS]);
  // One of two jobs is not finished.
  await batch('--detail', 'full');
  await batch('--max-calls', '1');
  // What a job notes of its output is state, too.
  await batch('--detail', 'price', '--out', inFolder('prices.csv'));
  cpSync(inFolder('state'), inFolder('whole'), { recursive: true });
  right = listOutcomes((await batch()).stdout);
  kinds = listKinds(inFolder('whole'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a state folder with one file', () => {
  it.each(Object.keys(SPOILS).map((what, turn) => [what, turn] as const))(
    '%s is used, or named in a sentence: nothing hangs, fails inside or says what is wrong',
    { timeout: 1_800_000, retry: 0 },
    async (what, turn) => {
      const faults: string[] = [];
      for (const [at, kind] of kinds.entries()) {
        if ((at + turn) % STEP !== 0) continue;
        rmSync(inFolder('state'), { recursive: true, force: true });
        cpSync(inFolder('whole'), inFolder('state'), { recursive: true });
        const other = join(inFolder('whole'), kinds[(at + 1) % kinds.length] ?? '');
        SPOILS[what]?.(join(inFolder('state'), kind), other);
        for (const fault of await findFaults(right)) faults.push(`${kind}: ${fault}`);
      }
      expect(faults).toEqual([]);
    },
  );
});
