import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installNode } from '../helpers/install-node.js';

const ROOT = join(import.meta.dirname, '../..');
/** What Node's own parts touch most: HTTP, files, processes, streams, text, SQLite. `KEY_TESTS=test` runs all. */
const KEY_TESTS = process.env['KEY_TESTS']?.split(' ') ?? [
  ...['input', 'journal', 'output'].map((name) => `test/core/batch/${name}/`),
  ...['call', 'history', 'links', 'permits', 'state', 'watch'].map((name) => `test/core/${name}/`),
  ...['cli', 'ends', 'history-disk', 'start/start'].map((name) => `test/cli/${name}.test.ts`),
  'test/mcp/lifetime.test.ts',
];
const run = promisify(execFile);

type Ended = Readonly<Record<'stdout' | 'stderr', string>>;

interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    /** Why the file itself failed. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-node-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(['22', '24'])('on Node %s', (version) => {
  let bin: string | undefined;
  beforeAll(async () => {
    bin = await installNode(version, folder);
  }, 300_000);

  const runNode = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const env = { PATH: `${bin}${delimiter}${process.env['PATH']}`, HOME: folder, ...environment };
    return run(join(bin ?? '', 'node'), [...args], { cwd: ROOT, env, maxBuffer: 2 ** 26 });
  };

  it('the tour shows everything, without a warning', async (context) => {
    if (bin === undefined) return context.skip('the registry does not offer this Node for this platform');
    expect((await runNode(['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
    const state = { BIJIA_STATE_DIR: join(folder, `state-${version}`) };
    const { stdout, stderr } = await runNode(['dist/cli.js', 'demo'], state);
    expect(stdout).toContain('"outcome":"ok"');
    expect(stderr).not.toMatch(/warning/i);
  });

  it('the key tests pass', async (context) => {
    if (bin === undefined) return context.skip('the registry does not offer this Node for this platform');
    const report = join(folder, `report-${version}.json`);
    const args = ['run', '--reporter=json', `--outputFile=${report}`, ...KEY_TESTS];
    const ended = await runNode(['node_modules/vitest/vitest.mjs', ...args]).catch((error: Ended) => error);
    // Where there is no report, or one of a failure outside of any test, the process has said why.
    const said = `${ended.stdout}\n${ended.stderr}`;
    const text = await readFile(report, 'utf8').catch(() => expect.fail(said));
    const { numPassedTests, success, testResults } = JSON.parse(text) as Report;
    const failures = testResults.flatMap(({ message, assertionResults }) => [
      ...(message === '' ? [] : [message]),
      ...assertionResults.flatMap(({ status, fullName, failureMessages }) =>
        status === 'failed' ? `${fullName}\n${failureMessages.join('\n')}` : [],
      ),
    ]);
    expect(failures).toEqual([]);
    expect(success, said).toBe(true);
    expect(numPassedTests).toBeGreaterThan(500);
  });
});
