import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, onTestFinished } from 'vitest';
import { providers } from '../../../src/core/providers/index.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import {
  createFakeBotApi,
  type FakeBotApi,
  type FakeBotApiOptions,
  PUBLISHED,
} from '../../fake-telegram/index.js';
import { findFreePort } from '../free-port.js';
import { startCli, startCliProcess } from '../run-cli.js';

export const TOKEN = '7000000001:AAtestTestTestTestTestTestTestTest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** For how long tests wait for what a bot does, where they may last. */
    readonly patienceMs?: number;
  }
}

/** A killed process leaves no account of what it ran: `scripts/coverage.js` lets it end by itself. */
const END_SIGNAL = process.env['NODE_V8_COVERAGE'] ? 'SIGTERM' : 'SIGKILL';

export type BotEnvironment = Readonly<Record<string, string | undefined>>;

/** `bijia telegram`, inside this process or, to be killed and measured, as a process of its own. */
export interface RunningBot {
  /** Undefined where it has no process of its own. */
  readonly pid: number | undefined;
  readonly hasEnded: () => boolean;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Everything it printed so far, on either stream. */
  readonly output: () => string;
  /** Asks it to end. @returns the exit code and how long it took */
  readonly stop: (
    signal?: NodeJS.Signals,
  ) => Promise<{ readonly code: number | null; readonly tookMs: number }>;
  readonly exited: Promise<number | null>;
  /** It has said so. */
  readonly atWork: Promise<void>;
}

export interface Stage {
  readonly api: FakeBotApi;
  /** State folder, kept between processes. */
  readonly stateDir: string;
  /** The simulated upstreams: shows the calls and plays faults. */
  readonly sandbox: Sandbox;
  /** Starts the bot, which lets everybody in unless the environment says otherwise; undefined unsets. */
  readonly launchBot: (environment?: BotEnvironment) => RunningBot;
  /**
   * Waits until the bot has left Telegram and the upstreams alone for a while: what it does by itself, such as the
   * next call of a batch, comes sooner. For tests that say what does not happen.
   */
  readonly untilIdle: (quietMs?: number) => Promise<void>;
  /** Starts the bot and waits until it is at work. */
  readonly startBot: (environment?: BotEnvironment) => Promise<RunningBot>;
}

export interface StageOptions {
  readonly api?: Partial<FakeBotApiOptions>;
  /** Each bot is a process of its own, which can be killed. */
  readonly inProcesses?: true;
  /** The quota of every upstream; wide unless a test is about it. */
  readonly quota?: string;
  readonly sandbox?: Partial<SandboxOptions>;
}

/** A stage for bots that are processes of their own. */
export const createProcessStage = (options: StageOptions = {}): Promise<Stage> =>
  createStage({ ...options, inProcesses: true });

/** A fake Telegram, simulated upstreams and a place for state; all of it ends with the test. */
export async function createStage({
  api: apiOptions,
  quota = '10000/60s',
  inProcesses,
  ...options
}: StageOptions = {}): Promise<Stage> {
  const api = createFakeBotApi({
    ...{ token: TOKEN, patienceMs: inject('patienceMs'), rateLimits: PUBLISHED },
    ...apiOptions,
  });
  // Where it can come back after it was away.
  await api.start(await findFreePort());
  const apiRoot = api.origin;
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, quota, ...options.sandbox });
  const stateDir = await mkdtemp(join(tmpdir(), 'bijia-telegram-'));
  const bots: RunningBot[] = [];
  onTestFinished(async () => {
    const stopping = bots.map((bot) => bot.stop(inProcesses ? END_SIGNAL : 'SIGTERM'));
    // What a bot still waits for ends with them.
    await Promise.all([...stopping, api.close(), sandbox.close()]);
    await rm(stateDir, { recursive: true, force: true });
    // Several processes do not know what the others sent a moment before.
    if (bots.length === 1) expect(api.refused().filter(({ status }) => status === 429)).toEqual([]);
  });
  const launchBot = (environment: BotEnvironment = {}) => {
    const bot = launch(inProcesses ? startCliProcess : startCli, {
      ...sandbox.environment,
      BIJIA_STATE_DIR: stateDir,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: apiRoot,
      TELEGRAM_ALLOWED_USERS: '*',
      ...environment,
    });
    bots.push(bot);
    return bot;
  };
  const startBot = async (environment: BotEnvironment = {}) => {
    const bot = launchBot(environment);
    await untilAtWork(bot);
    return bot;
  };
  return { api, stateDir, sandbox, launchBot, startBot, untilIdle: createIdle(api, sandbox) };
}

const LOOK_EVERY_MS = 20;

function createIdle(api: FakeBotApi, sandbox: Sandbox): Stage['untilIdle'] {
  return async (quietMs = 400) => {
    let calls = sandbox.arrivals().length;
    for (let idleMs = 0; idleMs < quietMs; ) {
      await sleep(LOOK_EVERY_MS);
      const isBusy = sandbox.arrivals().length !== calls;
      calls = sandbox.arrivals().length;
      const sinceMs = api.idleSinceMs();
      idleMs =
        isBusy || sinceMs === undefined ? 0 : Math.min(idleMs + LOOK_EVERY_MS, performance.now() - sinceMs);
    }
  };
}

function launch(start: typeof startCli, environment: BotEnvironment): RunningBot {
  const { stdout, stderr, signal, end, ...started } = start(['telegram'], { cwd: tmpdir(), environment });
  let output = '';
  let hasEnded = false;
  for (const stream of [stdout, stderr]) {
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const exited = end.then(({ code }) => {
    hasEnded = true;
    return code;
  });
  return {
    pid: started.pid,
    hasEnded: () => hasEnded,
    exited,
    output: () => output,
    signal,
    stop: async (name = 'SIGTERM') => {
      const startedAtMs = performance.now();
      signal(name);
      const code = await exited;
      return { code, tookMs: performance.now() - startedAtMs };
    },
    atWork: new Promise<void>((resolve) => {
      stderr.on('data', () => output.includes('is at work') && resolve());
    }),
  };
}

async function untilAtWork(bot: RunningBot): Promise<void> {
  const ended = bot.exited.then((code) => {
    throw new Error(`the bot ended with ${code}:\n${bot.output()}`);
  });
  await Promise.race([bot.atWork, ended]);
}
