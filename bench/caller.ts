// A process that makes upstream calls, as a batch or as people who chat; its parent is the upstream.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from '../src/core/clock.js';
import { type Core, createCore, type Lane, parseConfig } from '../src/core/index.js';
import type { CallerMessage, CallerPlan } from './caller-plan.js';
import { createBottleneckLimiter, createUnlimited } from './other-limiters.js';

const plan = JSON.parse(process.argv[2] ?? '') as CallerPlan;
const { limiter } = plan;
const core = createCore(
  parseConfig(plan.environment),
  limiter === 'bijia' ? {} : { createLimiter: (_group, quota) => createBottleneckLimiter(limiter, quota) },
);
let nextId = plan.firstId;

const WARM_UP_CALLS = 60;

process.on('disconnect', () => process.exit(1));

function tell(message: CallerMessage): void {
  process.send?.(message);
}

async function call({ lookUp }: Core, lane: Lane): Promise<void> {
  const id = String(nextId);
  nextId += 1;
  const askedMs = performance.now();
  const onPermit = () => {
    if (lane === 'interactive') tell({ waitedMs: performance.now() - askedMs });
  };
  const url = `https://item.jd.com/${id}.html`;
  const { calls: expectedCalls, first: batchFirst = false } = plan.batch ?? {};
  const options = { lane, onPermit, batchId: String(process.pid), expectedCalls, batchFirst };
  // Some ids are unknown upstream; that is an answer like any other.
  await lookUp([{ platform: 'jd', kind: 'product', id, url }], options);
}

/** Calls with another key, which nobody judges. */
async function warmUp(): Promise<void> {
  const unlimited = createCore(parseConfig({ ...plan.environment, ...plan.warmUp }), {
    createLimiter: createUnlimited,
  });
  await Promise.all(Array.from({ length: WARM_UP_CALLS }, () => call(unlimited, 'batch')));
  await unlimited.close();
}

/** Processor time when half of the list was done: the compiler has seen everything by then. */
let warm = process.cpuUsage();

async function runBatch({ calls }: NonNullable<CallerPlan['batch']>): Promise<void> {
  let left = calls ?? Number.POSITIVE_INFINITY;
  const half = Math.floor(left / 2);
  const pull = async () => {
    while (left > 0) {
      left -= 1;
      if (left === half) warm = process.cpuUsage();
      await call(core, 'batch');
    }
  };
  await Promise.all(Array.from({ length: 32 }, pull));
}

async function runChat({ groups, size, everyMs }: NonNullable<CallerPlan['chat']>): Promise<void> {
  for (let group = 0; group < groups; group += 1) {
    await sleep(everyMs);
    await Promise.all(Array.from({ length: size }, () => call(core, 'interactive')));
  }
}

// What a process does once is not part of what is measured: its token, and the compiler's work.
for (const { connection } of core.upstreams) {
  await connection.probes?.find(({ cost }) => cost === 'nothing')?.run({ lane: 'interactive' });
}
if (plan.warmUp) await warmUp();
const toldToBegin = once(process, 'message');
tell({ ready: true });
await toldToBegin;
const clock = createClock();
await Promise.all([plan.batch && runBatch(plan.batch), plan.chat && runChat(plan.chat)]);
const { user, system } = process.cpuUsage(warm);
tell({ endedUs: clock.nowUs(), warmCpuUs: user + system });
await core.close();
process.disconnect();
