import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/run-command.js';
import { runCli } from '../helpers/run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-ends-'));
  await writeFile(join(folder, 'list.txt'), 'https://item.jd.com/100012345678.html\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a wrong general setting in the sandbox', () => {
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
  ])('ends every command with 2: %s %s', async (...args) => {
    const { code, stdout, stderr } = await runCli(args, {
      cwd: folder,
      environment: {
        BIJIA_SANDBOX: '1',
        BIJIA_CACHE_TTL: 'long',
        BIJIA_STATE_DIR: folder,
        TELEGRAM_BOT_TOKEN: '123456789:AAFakeTokenOfATestBot-000000000',
        TELEGRAM_ALLOWED_USERS: '1',
      },
    });
    expect([code, stdout + stderr]).toEqual([2, expect.stringContaining('BIJIA_CACHE_TTL')]);
  });
});

describe('a second signal', () => {
  it.each([
    ['SIGINT', 'SIGTERM', 143],
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGTERM', 'SIGINT', 130],
  ] as const)('ends the process whatever is under way: %s, then %s', async (first, second, expected) => {
    const codes: number[] = [];
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const world = Object.assign(new EventEmitter(), {
      env: {},
      stdin,
      stdout,
      stderr,
      cwd: () => folder,
      exit: (code: number) => codes.push(code),
    });
    const served = world as unknown as NodeJS.Process;
    const ended = runCommand({
      args: ['resolve', '--jsonl'],
      executable: '',
      version: '0',
      homepage: '',
      world: served,
    });
    world.emit(first);
    expect(codes).toEqual([]);
    world.emit(second);
    expect(codes).toEqual([expected]);
    await ended;
  });
});
