import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createFakeBotApi, type FakeBotApi, type FakeBotApiOptions } from '../helpers/fake-bot-api/index.js';
import { CLI } from '../helpers/run-cli.js';

export const TOKEN = '7000000001:AAtestTestTestTestTestTestTestTest';

export type BotEnvironment = Readonly<Record<string, string | undefined>>;

/** `bijia telegram` as a process of its own. */
export interface RunningBot {
  readonly child: ChildProcess;
  /** Everything it printed so far, on either stream. */
  readonly output: () => string;
  /** Asks it to end. @returns the exit code and how long it took */
  readonly stop: (
    signal?: NodeJS.Signals,
  ) => Promise<{ readonly code: number | null; readonly tookMs: number }>;
  readonly exited: Promise<number | null>;
}

export interface Stage {
  readonly api: FakeBotApi;
  /** State folder, kept between processes. */
  readonly stateDir: string;
  /** Starts the bot and waits until it is at work. Everybody is let in unless the environment says otherwise. */
  readonly startBot: (environment?: BotEnvironment) => Promise<RunningBot>;
}

/** A fake Telegram and a place for state; all of it ends with the test. */
export async function createStage(options: Partial<FakeBotApiOptions> = {}): Promise<Stage> {
  const api = createFakeBotApi({ token: TOKEN, ...options });
  await api.start();
  const stateDir = await mkdtemp(join(tmpdir(), 'bijia-telegram-'));
  const bots: RunningBot[] = [];
  onTestFinished(async () => {
    await Promise.all(bots.map((bot) => bot.stop('SIGKILL')));
    await api.close();
    await rm(stateDir, { recursive: true, force: true });
  });
  const startBot = async (environment: BotEnvironment = {}) => {
    const bot = launch({
      BIJIA_SANDBOX: '1',
      BIJIA_STATE_DIR: stateDir,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: api.origin,
      TELEGRAM_ALLOWED_USERS: '*',
      ...environment,
    });
    bots.push(bot);
    await untilAtWork(bot);
    return bot;
  };
  return { api, stateDir, startBot };
}

/** Starts the command without waiting for anything. */
export function launch(environment: BotEnvironment): RunningBot {
  const child = spawn(process.execPath, [CLI, 'telegram'], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    exited,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      const startedAtMs = performance.now();
      child.kill(signal);
      const code = await exited;
      return { code, tookMs: performance.now() - startedAtMs };
    },
  };
}

async function untilAtWork(bot: RunningBot): Promise<void> {
  const isAtWork = new Promise<void>((resolve) => {
    const look = () => bot.output().includes('is at work') && resolve();
    bot.child.stderr?.on('data', look);
  });
  const ended = bot.exited.then((code) => {
    throw new Error(`the bot ended with ${code}:\n${bot.output()}`);
  });
  await Promise.race([isAtWork, ended]);
}
