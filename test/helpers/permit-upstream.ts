import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { WorkerMessage, WorkerPlan } from './permit-worker.js';
import { createQuotaJudge, type QuotaJudge } from './quota-judge.js';

/** The upstream of workers in processes of their own. */
export interface PermitUpstream {
  readonly judge: QuotaJudge;
  /** What interactive callers were told to wait for the quota, milliseconds; who finds a permit free is told nothing. */
  readonly toldWaitsMs: readonly number[];
  readonly start: (plan: Partial<WorkerPlan> & Pick<WorkerPlan, 'lane'>) => RunningWorker;
}

interface RunningWorker {
  readonly process: ChildProcess;
  readonly arrivals: () => number;
  readonly ended: Promise<unknown>;
}

export function createPermitUpstream(script: string, common: Omit<WorkerPlan, 'lane'>): PermitUpstream {
  const judge = createQuotaJudge(common);
  const toldWaitsMs: number[] = [];
  const start: PermitUpstream['start'] = (plan) => {
    const worker = fork(script, [JSON.stringify({ ...common, ...plan })]);
    let arrivals = 0;
    worker.on('message', (message: WorkerMessage) => {
      if ('arrive' in message) {
        judge.arrive(Number(process.hrtime.bigint() / 1000n));
        arrivals += 1;
        if (worker.connected) worker.send(message.arrive, () => undefined);
      } else if ('toldMs' in message) {
        toldWaitsMs.push(message.toldMs);
      }
    });
    return { process: worker, arrivals: () => arrivals, ended: once(worker, 'exit') };
  };
  return { judge, toldWaitsMs, start };
}
