import { setTimeout as sleep } from 'node:timers/promises';
import { compare, type Measure } from './compare.js';
import type { Figure } from './figure.js';
import { createGate } from './gate.js';
import type { Part } from './part.js';
import { openStage, type Played, type Stage } from './stage.js';

const CALLS = 100;
const MINUTE_MS = 60_000;
/** Long enough for real processes to be killed and started within a window. */
const SHORT_WINDOW_MS = 6000;
/** For lists of ten quotas, which take ten windows. */
const SHORTEST_WINDOW_MS = 3000;
const KILL_EVERY_MS = 400;
const GROUP_RUNS = 3;

export const permits: Part = {
  name: 'permits',
  describe: ({ full }) =>
    `${CALLS} calls per ${full ? '60 s (killed processes: 6 s)' : '6 s (1,000 calls: 3 s)'}, a way of 0 to ${full ? 300 : 30} ms, judged by the sandbox's log of arrivals`,
  run: async ({ full }) => {
    const gate = createGate();
    const open = (windowMs: number, callTimeoutMs?: number) =>
      openStage({ quota: { calls: CALLS, windowMs }, gate, ...(callTimeoutMs && { callTimeoutMs }) });
    const main = await open(full ? MINUTE_MS : SHORT_WINDOW_MS);
    const quick = await open(full ? MINUTE_MS : SHORTEST_WINDOW_MS);
    const rough = await open(SHORT_WINDOW_MS, SHORT_WINDOW_MS / 4);
    const playCalm = async () => {
      const plays = [playTable(main, full), playThree(main, full), playQuiet(main), playTurns(main)];
      return (await Promise.all(plays)).flat();
    };
    const playRough = () =>
      Promise.all([playKills(rough, full ? MINUTE_MS : 2.5 * SHORT_WINDOW_MS), playStalls(main)]);
    try {
      const small = await playSmall(main);
      // All of it at 100 calls a minute takes a tenth of a core: nothing has to wait until something else is over.
      const [groups, calm, long] = full
        ? await Promise.all([playGroups(main), playCalm(), playLong(quick, full)])
        : [await playGroups(main), await playCalm(), await playLong(quick, full)];
      const harsh = await playRough();
      return [...small, ...groups, ...calm, ...long, ...harsh.flat()];
    } finally {
      await Promise.all([main, quick, rough].map(({ close }) => close()));
    }
  },
};

/** The case of the documents: 300 calls of a list and 12 of people. */
async function playTable(stage: Stage, atOnce: boolean): Promise<Figure[]> {
  const chat = { groups: 12, size: 1, everyMs: stage.quota.windowMs * 0.22 };
  const measure = await compare(stage, [{ batch: { calls: 300 }, chat }], { atOnce });
  return describeTable('300 batch and 12 chat calls', stage, measure);
}

async function playThree(stage: Stage, atOnce: boolean): Promise<Figure[]> {
  const chat = { groups: 4, size: 1, everyMs: stage.quota.windowMs * 0.6 };
  const measure = await compare(stage, Array(3).fill({ batch: { calls: 100 }, chat }), { atOnce });
  return describeTable('the same by three processes', stage, measure);
}

function describeTable(name: string, { quota: { windowMs } }: Stage, measure: Measure): Figure[] {
  const seconds = (185 * windowMs) / MINUTE_MS;
  return [
    measure({ name: `${name}: time`, unit: 's', atMost: seconds }, (played) => played.seconds),
    measure({ name: '  violations', unit: 'calls', atMost: 0 }, (played) => played.violations),
    measure(
      { name: '  most calls in a window', unit: 'calls', atMost: CALLS },
      (played) => played.mostInWindow,
    ),
    measure({ name: '  chat waits, p50', unit: 'ms', atMost: 5 }, (played) => getQuantile(played, 0.5)),
    measure({ name: '  chat waits, p95', unit: 'ms', atMost: 5 }, (played) => getQuantile(played, 0.95)),
  ];
}

/** The least is two windows: three times what goes out at once while nobody chats, and three whole quotas. */
async function playQuiet(stage: Stage): Promise<Figure[]> {
  const play = (calls: number, first: boolean) =>
    stage.play({ limiter: 'bijia', callers: [{ batch: { calls, first } }] });
  const [quiet, first] = await Promise.all([play(291, false), play(300, true)]);
  const atMost = (1.05 * 2 * stage.quota.windowMs) / 1000 + 2;
  return [
    { name: '291 batch calls while nobody chats: time', unit: 's', value: quiet.seconds, atMost },
    { name: '  violations', unit: 'calls', value: quiet.violations, atMost: 0 },
    { name: '300 batch calls with --batch-first: time', unit: 's', value: first.seconds, atMost },
    { name: '  violations', unit: 'calls', value: first.violations, atMost: 0 },
  ];
}

/** Apart from the other scenes where those are busy: what counts is a few milliseconds of each run. */
async function playGroups(stage: Stage): Promise<Figure[]> {
  const chat = { groups: 10, size: 6, everyMs: stage.quota.windowMs / 4 };
  const play = () => stage.play({ limiter: 'bijia', callers: [{ batch: { calls: 200 }, chat }] });
  const runs = await Promise.all(Array.from({ length: GROUP_RUNS }, play));
  const medians = runs.map((played) => getQuantile(played, 0.5));
  return [
    {
      name: `six chat calls at once beside a batch: p50, worst of ${GROUP_RUNS} runs`,
      unit: 'ms',
      value: Math.max(...medians),
      atMost: 5,
    },
    { name: '  violations', unit: 'calls', value: Math.max(...runs.map((run) => run.violations)), atMost: 0 },
  ];
}

async function playTurns(stage: Stage): Promise<Figure[]> {
  const played = await stage.play({
    limiter: 'bijia',
    callers: [{ batch: {} }, { batch: {} }],
    lastsMs: 3 * stage.quota.windowMs,
  });
  const { arrivalsByCaller } = played;
  const total = arrivalsByCaller.reduce((sum, count) => sum + count, 0);
  const value = (100 * Math.min(...arrivalsByCaller)) / total;
  return [{ name: 'two endless batches in two processes: the smaller part', unit: '%', value, atLeast: 25 }];
}

async function playSmall(stage: Stage): Promise<Figure[]> {
  const { seconds } = await stage.play({ limiter: 'bijia', callers: [{ batch: { calls: 90 } }] });
  return [{ name: '90 batch calls: time', unit: 's', value: seconds, atMost: 2.3 }];
}

async function playLong(stage: Stage, atOnce: boolean): Promise<Figure[]> {
  const [single, shared] = await Promise.all([
    compare(stage, [{ batch: { calls: 1000 } }], { atOnce }),
    stage.play({ limiter: 'bijia', callers: Array(3).fill({ batch: { calls: 333 } }) }),
  ]);
  return [
    single({ name: '1,000 batch calls: quota used', unit: '%', atLeast: 98 }, (played) => played.usedPercent),
    single({ name: '  violations', unit: 'calls', atMost: 0 }, (played) => played.violations),
    ...describeRough('999 batch calls by three processes', shared, 97),
  ];
}

async function playKills(stage: Stage, lastsMs: number): Promise<Figure[]> {
  let kills = 0;
  const played = await stage.play({
    limiter: 'bijia',
    callers: Array(4).fill({ batch: {} }),
    lastsMs,
    disturb: async (crew, signal) => {
      while (await passes(KILL_EVERY_MS, signal)) {
        const caller = pick(crew);
        caller?.send('SIGKILL');
        caller?.restart();
        kills += 1;
      }
    },
  });
  return describeRough(`four processes, ${kills} times kill -9`, played, 90);
}

/** One of three is stopped for 2 s of a minute, again and again, and once for longer than the window. */
async function playStalls(stage: Stage): Promise<Figure[]> {
  const { windowMs } = stage.quota;
  let stops = 0;
  const played = await stage.play({
    limiter: 'bijia',
    callers: Array(3).fill({ batch: {} }),
    lastsMs: 2.6 * windowMs,
    disturb: async (crew, signal) => {
      while (await passes(windowMs / 12, signal)) {
        const caller = pick(crew);
        caller?.send('SIGSTOP');
        stops += 1;
        await passes(stops === 8 ? 1.1 * windowMs : windowMs / 30, signal);
        caller?.send('SIGCONT');
      }
    },
  });
  return describeRough(`three processes, ${stops} times SIGSTOP`, played);
}

function describeRough(name: string, { violations, usedPercent }: Played, atLeast?: number): Figure[] {
  return [
    { name: `${name}: violations`, unit: 'calls', value: violations, atMost: 0 },
    { name: '  quota used', unit: '%', value: usedPercent, ...(atLeast !== undefined && { atLeast }) },
  ];
}

function getQuantile({ waitsMs }: Played, share: number): number {
  return waitsMs[Math.min(waitsMs.length - 1, Math.floor(share * waitsMs.length))] ?? Number.NaN;
}

function pick<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

/** @returns false when the signal came first */
async function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
