import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/run-command.js';
import { runCli, startCliProcess } from '../helpers/run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-ends-'));
  await writeFile(join(folder, 'list.txt'), 'https://item.jd.com/100012345678.html\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A process as a command sees it, which notes with what it would end. */
function createWorld() {
  const codes: number[] = [];
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const world = Object.assign(new EventEmitter(), {
    ...{ env: {}, stdin, stdout, stderr },
    cwd: () => folder,
    exit: (code: number) => codes.push(code),
  });
  return { process: world as unknown as NodeJS.Process, codes };
}

it.each([
  [['--lang', 'zh', 'mcp'], 'mcp 要写在最前面'],
  [['--lang=en', 'mcp'], 'mcp has to come first'],
])('a server that would be silent says so instead: %j', async (args, words) => {
  const { code, stdout, stderr } = await runCli(args, { environment: { BIJIA_STATE_DIR: folder } });
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
});

describe('a wrong general setting in the sandbox', () => {
  const WRONG = {
    BIJIA_SANDBOX: '1',
    BIJIA_CACHE_TTL: 'long',
    TELEGRAM_BOT_TOKEN: '123456789:AAFakeTokenOfATestBot-000000000',
    TELEGRAM_ALLOWED_USERS: '1',
  };
  const expected = [2, expect.stringContaining('BIJIA_CACHE_TTL')];

  it.each([
    ['get', '1'],
    ['batch', 'list.txt'],
    ['jobs'],
    ['jobs', 'resume', 'x'],
    ['shop', '1'],
    ['doctor'],
    ['demo'],
    ['telegram'],
    ['sandbox'],
    ['resolve', 'https://item.jd.com/100012345678.html'],
    ['setup', 'cursor'],
    ['db', 'status'],
    ['watch', 'list'],
    ['history', '1'],
    ['drops'],
    ['completion', 'bash'],
  ])('ends every command with 2: %s %s', async (...args) => {
    const environment = { ...WRONG, BIJIA_STATE_DIR: folder };
    const { code, stdout, stderr } = await runCli(args, { cwd: folder, environment });
    expect([code, stdout + stderr]).toEqual(expected);
  });

  it.each([['get', '1'], ['mcp'], ['mcp', '--http', '0']])(
    'ends the process by itself, also while its input stays open: %s %s',
    async (...args) => {
      const { end } = startCliProcess(args, {
        cwd: folder,
        environment: { ...WRONG, BIJIA_STATE_DIR: folder },
      });
      const { code, stdout, stderr } = await end;
      expect([code, stdout + stderr]).toEqual(expected);
    },
  );
});

describe('a word that BIJIA_SANDBOX does not know', () => {
  const expected = [2, expect.stringContaining('BIJIA_SANDBOX expects 1 or 0')];
  const wrong = () => ({ BIJIA_SANDBOX: 'maybe', BIJIA_STATE_DIR: folder });

  it.each([
    ['demo'],
    ['resolve', 'https://item.jd.com/100012345678.html'],
    ['setup', 'cursor'],
    ['completion', 'bash'],
    ['telegram'],
    ['watch', 'list.txt'],
  ])('ends commands that need no setting, too: %s %s', async (...args) => {
    const { code, stdout, stderr } = await runCli(args, { cwd: folder, environment: wrong() });
    expect([code, stdout + stderr]).toEqual(expected);
  });

  it.each([[['mcp']], [['mcp', '--http', '0']]])('ends %s, while its input stays open', async (args) => {
    const { code, stdout, stderr } = await startCliProcess(args, { cwd: folder, environment: wrong() }).end;
    expect([code, stdout + stderr]).toEqual(expected);
  });

  it('is nothing where a host has left its placeholder in place', async () => {
    const environment = { ...wrong(), BIJIA_SANDBOX: `\${user_config.sandbox}`, BIJIA_CACHE_TTL: 'long' };
    const { end, stdin } = startCliProcess(['mcp'], { cwd: folder, environment });
    stdin.end();
    expect((await end).code).toBe(0);
  });
});

describe('a state folder that cannot be one', () => {
  it.each([
    ['mcp in the sandbox', ['mcp'], { BIJIA_SANDBOX: '1' }],
    ['a server for a team in the sandbox', ['mcp', '--http', '0'], { BIJIA_SANDBOX: '1' }],
    ['a server for a team', ['mcp', '--http', '0'], {}],
  ])('ends %s before it serves', async (_what, args, settings) => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const environment = { ...settings, BIJIA_STATE_DIR: join(file, 'state') };
    const { code, stdout, stderr } = await startCliProcess(args, { cwd: folder, environment }).end;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${file} is not a folder`);
    expect(stderr).toContain('BIJIA_STATE_DIR');
    expect(stderr).not.toContain('serving');
  });
});

describe('the input', () => {
  const runResolve = async (...args: string[]) => {
    const { process: world } = createWorld();
    let opened = 0;
    Object.defineProperty(world, 'stdin', {
      get: () => {
        opened += 1;
        return Readable.from(['"https://item.jd.com/100012345678.html"\n']);
      },
    });
    const program = { executable: '', version: '', homepage: '', locale: 'en' };
    await runCommand({ ...program, args: ['resolve', ...args], world });
    return { opened, code: world.exitCode };
  };

  it('is opened by a command that reads it, and by no other', async () => {
    expect(await runResolve('https://item.jd.com/100012345678.html')).toEqual({ opened: 0, code: 0 });
    expect(await runResolve('--jsonl')).toEqual({ opened: 1, code: 0 });
  });
});

describe('a second signal', () => {
  it.each([
    ['SIGINT', 'SIGTERM', 143],
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGTERM', 'SIGINT', 130],
  ] as const)('ends the process whatever is under way: %s, then %s', async (first, second, expected) => {
    const world = createWorld();
    const program = { executable: '', version: '0', homepage: '', locale: '' };
    const ended = runCommand({ ...program, args: ['resolve', '--jsonl'], world: world.process });
    world.process.emit(first);
    expect(world.codes).toEqual([]);
    world.process.emit(second);
    expect(world.codes).toEqual([expected]);
    await ended;
  });
});
