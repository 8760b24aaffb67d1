// A process that makes calls under permits of a folder, or of a database; its parent is the upstream and judges the arrivals.
import { setTimeout as sleep } from 'node:timers/promises';
import { createLimiter } from '../../src/core/call/limiter.js';
import { createClock } from '../../src/core/clock.js';
import type { Lane } from '../../src/core/permits/permits.js';
import { openState } from '../../src/core/state/open-state.js';

export interface WorkerPlan {
  readonly folder: string;
  /** Where the permits are instead of the folder. */
  readonly databaseUrl?: string;
  readonly calls: number;
  readonly windowMs: number;
  readonly callTimeoutMs: number;
  readonly lane: Lane;
  /** Calls to make; for `interactive` one group every `pauseMs`. */
  readonly count: number;
  readonly concurrency: number;
  readonly pauseMs?: number;
  /** Longest way to the upstream and back. */
  readonly latencyMs: number;
}

export type WorkerMessage =
  | { readonly arrive: number }
  | { readonly toldMs: number }
  | { readonly done: true };

const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
const { folder, callTimeoutMs, lane } = plan;
const limit = { calls: plan.calls, windowMs: plan.windowMs };
const database = plan.databaseUrl && { url: plan.databaseUrl, schema: 'bijia', pool: 8, timeoutMs: 1000 };
const state = openState(database || undefined, {
  ...{
    stateDir: folder,
    callTimeoutMs,
    batchFirst: false,
    answerTtlMs: 60_000,
    clock: createClock(),
    random: Math.random,
  },
});
const limiter = createLimiter(state.createPermits('group', limit));
const answers = new Map<number, () => void>();
let callCount = 0;

process.on('message', (call: number) => {
  answers.get(call)?.();
  answers.delete(call);
});
process.on('disconnect', () => process.exit(1));

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

async function exchange(): Promise<void> {
  const call = callCount;
  callCount += 1;
  await sleep((Math.random() * plan.latencyMs) / 2);
  const answered = new Promise<void>((resolve) => answers.set(call, resolve));
  tell({ arrive: call });
  await answered;
  await sleep((Math.random() * plan.latencyMs) / 2);
}

async function call(): Promise<void> {
  const onWait = lane === 'interactive' ? (toldMs: number) => tell({ toldMs }) : undefined;
  await limiter.run({ lane, onWait }, exchange);
}

async function runBatch(): Promise<void> {
  let left = plan.count;
  const pull = async () => {
    for (; left > 0; ) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: plan.concurrency }, pull));
}

async function runChat(): Promise<void> {
  for (let group = 0; group < plan.count; group += 1) {
    await sleep(plan.pauseMs);
    await Promise.all(Array.from({ length: plan.concurrency }, call));
  }
}

await (lane === 'batch' ? runBatch() : runChat());
await limiter.close();
await state.close();
tell({ done: true });
process.disconnect();
