import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClock } from '../src/core/clock.js';
import { sandboxUpstream } from '../src/core/providers/jd-union/sandbox/index.js';
import type { Quota } from '../src/core/setting-parsers.js';
import { createQuotaJudge } from '../src/sandbox/quota-judge.js';
import { startSandbox } from '../src/sandbox/start-sandbox.js';
import type { CallerMessage, CallerPlan, LimiterName } from './caller-plan.js';
import type { Gate } from './gate.js';

/** What some processes do with one quota of their own. */
export interface Scenario {
  readonly limiter: LimiterName;
  /** One process each. */
  readonly callers: readonly Pick<CallerPlan, 'batch' | 'chat'>[];
  /** Ends callers whose work has no end. */
  readonly lastsMs?: number;
  /** What happens to them in the meantime, until the signal fires. */
  readonly disturb?: (crew: readonly Caller[], signal: AbortSignal) => Promise<void>;
}

export interface Caller {
  readonly send: (signal: NodeJS.Signals) => void;
  /** Starts it again with new ids. */
  readonly restart: () => void;
}

/** What became of a scenario, judged by the sandbox's log of arrivals. */
export interface Played {
  readonly seconds: number;
  readonly violations: number;
  readonly mostInWindow: number;
  /** Part of the quota that was used, percent; the first window, with its burst, is left out of endless scenarios. */
  readonly usedPercent: number;
  /** How long interactive calls waited for their permits, in order. */
  readonly waitsMs: readonly number[];
  /** Processor time of the callers for the second half of their lists, microseconds. */
  readonly warmCpuUs: number;
  /** Arrivals of each caller in the order in which they were started. */
  readonly arrivalsByCaller: readonly number[];
}

export interface Stage {
  readonly quota: Quota;
  readonly play: (scenario: Scenario) => Promise<Played>;
  readonly close: () => Promise<void>;
}

const CALLER = fileURLToPath(new URL('./caller.js', import.meta.url));
const FIRST_ID = 200_000_000_000;
const IDS_PER_CALLER = 1_000_000;
/** A network's jitter; 300 ms at 60 s. */
const LONGEST_WAY = 1 / 200;

export interface StageOptions {
  readonly quota: Quota;
  /** Scenarios of one gate begin together. */
  readonly gate: Gate;
  /** A scene that kills callers scales it with the window: it bounds how long what they held is missing. */
  readonly callTimeoutMs?: number;
}

/**
 * One simulated upstream. It answers violations too, and only counts them: so everybody does the same work. The way
 * to it takes 0 to 300 ms at a window of 60 s, and is scaled with the window.
 */
export async function openStage({ quota, gate, callTimeoutMs = 15_000 }: StageOptions): Promise<Stage> {
  const { windowMs } = quota;
  const sandbox = await startSandbox({
    upstreams: [sandboxUpstream],
    quota: `9999999/${windowMs}ms`,
    transitMs: [0, windowMs * LONGEST_WAY],
  });
  const folder = await mkdtemp(join(tmpdir(), 'bijia-bench-'));
  const warmUp = sandboxUpstream.environment(sandbox.origin, 'sandbox-warm-up');
  let started = 0;
  let scenarios = 0;

  const createEnvironment = () => {
    scenarios += 1;
    const appKey = `sandbox-${scenarios}`;
    const environment = {
      ...sandboxUpstream.environment(sandbox.origin, appKey),
      JD_UNION_QUOTA: `${quota.calls}/${windowMs}ms`,
      BIJIA_CALL_TIMEOUT: `${callTimeoutMs}ms`,
      BIJIA_STATE_DIR: join(folder, appKey),
      BIJIA_LOG_LEVEL: 'silent',
    };
    return { appKey, environment };
  };
  const play = async (scenario: Scenario): Promise<Played> => {
    const { appKey, environment } = createEnvironment();
    const firstIds: number[] = [];
    const plan = (task: Scenario['callers'][number]): CallerPlan => {
      const firstId = FIRST_ID + started * IDS_PER_CALLER;
      firstIds.push(firstId);
      started += 1;
      // Who is killed and started again all the time begins cold each time.
      const isCold = scenario.lastsMs !== undefined;
      return { limiter: scenario.limiter, environment, firstId, ...(isCold ? {} : { warmUp }), ...task };
    };
    const { waitsMs, warmCpuUs, lastedUs, begunUs } = await perform(scenario, plan, gate);
    const arrivals = sandbox.arrivals().filter(({ group }) => group.endsWith(` ${appKey}`));
    const timesUs = arrivals.map(({ atUs }) => atUs);
    const settledUs = begunUs + (scenario.lastsMs === undefined ? 0 : windowMs * 1000);
    const counted = timesUs.filter((atUs) => atUs > settledUs).length;
    const roomCalls = (quota.calls * (lastedUs - (settledUs - begunUs))) / (windowMs * 1000);
    return {
      ...judge(timesUs, quota),
      seconds: lastedUs / 1e6,
      usedPercent: (100 * counted) / roomCalls,
      warmCpuUs,
      waitsMs: waitsMs.sort((one, other) => one - other),
      arrivalsByCaller: firstIds.map(
        (first) =>
          arrivals.filter(({ ids: [id] }) => Number(id) >= first && Number(id) < first + IDS_PER_CALLER)
            .length,
      ),
    };
  };
  return {
    quota,
    play,
    close: async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function judge(timesUs: readonly number[], quota: Quota) {
  let nowUs = 0;
  const judge = createQuotaJudge(() => nowUs);
  for (nowUs of timesUs) judge.arrive({ upstream: '', group: '', name: '', ids: [] }, quota);
  const [{ violations, mostInWindow } = { violations: 0, mostInWindow: 0 }] = judge.stats();
  return { violations, mostInWindow };
}

interface Performance {
  readonly waitsMs: number[];
  readonly warmCpuUs: number;
  readonly begunUs: number;
  readonly lastedUs: number;
}

type Plan = (task: Scenario['callers'][number]) => CallerPlan;

async function perform(
  { callers, lastsMs, disturb }: Scenario,
  plan: Plan,
  gate: Gate,
): Promise<Performance> {
  const clock = createClock();
  const waitsMs: number[] = [];
  const endedUs: number[] = [];
  let warmCpuUs = 0;
  const onMessage = (message: CallerMessage) => {
    if ('waitedMs' in message) waitsMs.push(message.waitedMs);
    if ('endedUs' in message) {
      endedUs.push(message.endedUs);
      warmCpuUs += message.warmCpuUs;
    }
  };
  const waitForOthers = gate.enter();
  const crew = callers.map((task) =>
    createCaller(() => fork(CALLER, [JSON.stringify(plan(task))]), onMessage),
  );
  await Promise.all(crew.map(({ ready }) => ready));
  await waitForOthers();
  const begunUs = clock.nowUs();
  const done = Promise.all(crew.map(({ begin }) => begin()));
  const end = new AbortController();
  const disturbed = disturb?.(crew, end.signal);
  if (lastsMs === undefined) await done;
  else await clock.wait(lastsMs, end.signal);
  const lastedUs = (lastsMs === undefined ? Math.max(...endedUs) : clock.nowUs()) - begunUs;
  end.abort();
  await disturbed;
  for (const { send } of crew) send('SIGKILL');
  return { waitsMs, warmCpuUs, begunUs, lastedUs };
}

interface StartedCaller extends Caller {
  readonly ready: Promise<void>;
  /** Resolves when it has ended. */
  readonly begin: () => Promise<void>;
}

function createCaller(start: () => ChildProcess, onMessage: (message: CallerMessage) => void): StartedCaller {
  let child: ChildProcess;
  const launch = () => {
    child = start().on('message', onMessage);
    const launched = child;
    return new Promise<void>((resolve) => {
      launched.on('message', (message: CallerMessage) => 'ready' in message && resolve());
    });
  };
  const begin = async () => {
    const ended = once(child, 'exit');
    child.send('begin');
    await ended;
  };
  return {
    ready: launch(),
    begin,
    send: (signal) => void child.kill(signal),
    restart: () => {
      const ready = launch();
      const launched = child;
      void ready.then(() => launched.connected && launched.send('begin'));
    },
  };
}
