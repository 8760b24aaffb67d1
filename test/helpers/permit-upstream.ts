import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { WorkerMessage, WorkerPlan } from './permit-worker.js';
import { createQuotaJudge, type QuotaJudge } from './quota-judge.js';

/** The upstream of workers in processes of their own. */
export interface PermitUpstream {
  readonly judge: QuotaJudge;
  /** How long interactive calls waited for their permits, milliseconds. */
  readonly interactiveWaitsMs: readonly number[];
  readonly start: (plan: Partial<WorkerPlan> & Pick<WorkerPlan, 'lane'>) => RunningWorker;
}

interface RunningWorker {
  readonly process: ChildProcess;
  readonly arrivals: () => number;
  readonly ended: Promise<unknown>;
}

export function createPermitUpstream(script: string, common: Omit<WorkerPlan, 'lane'>): PermitUpstream {
  const judge = createQuotaJudge(common);
  const interactiveWaitsMs: number[] = [];
  const start: PermitUpstream['start'] = (plan) => {
    const worker = fork(script, [JSON.stringify({ ...common, ...plan })]);
    let arrivals = 0;
    worker.on('message', (message: WorkerMessage) => {
      if ('arrive' in message) {
        judge.arrive(Number(process.hrtime.bigint() / 1000n));
        arrivals += 1;
        if (worker.connected) worker.send(message.arrive, () => undefined);
      } else if ('waitedMs' in message && message.lane === 'interactive') {
        interactiveWaitsMs.push(message.waitedMs);
      }
    });
    return { process: worker, arrivals: () => arrivals, ended: once(worker, 'exit') };
  };
  return { judge, interactiveWaitsMs, start };
}

/** The value below which `share` of the values lie. */
export function getQuantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
