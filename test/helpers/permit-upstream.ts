import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { killProcess } from './kill-process.js';
import type { WorkerMessage, WorkerPlan } from './permit-worker.js';
import { createQuotaJudge, type QuotaJudge } from './quota-judge.js';

/** The upstream of workers in processes of their own. */
export interface PermitUpstream {
  readonly judge: QuotaJudge;
  /** What interactive callers were told to wait for the quota, milliseconds; who finds a permit free is told nothing. */
  readonly toldWaitsMs: readonly number[];
  /** `N × W / (Q × T)` over all arrivals. */
  readonly getUtilisation: () => number;
  readonly start: (plan: Partial<WorkerPlan> & Pick<WorkerPlan, 'lane'>) => RunningWorker;
  /** Kills all workers that have not ended, which then write no more. */
  readonly close: () => Promise<void>;
}

interface RunningWorker {
  readonly process: ChildProcess;
  readonly arrivals: () => number;
  readonly ended: Promise<unknown>;
}

export function createPermitUpstream(script: string, common: Omit<WorkerPlan, 'lane'>): PermitUpstream {
  const judge = createQuotaJudge(common);
  const toldWaitsMs: number[] = [];
  const workers: ChildProcess[] = [];
  const start: PermitUpstream['start'] = (plan) => {
    const worker = fork(script, [JSON.stringify({ ...common, ...plan })]);
    workers.push(worker);
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
  const getUtilisation = () => {
    const { arrivals } = judge;
    const spanMs = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
    return (arrivals.length * common.windowMs) / (common.calls * spanMs);
  };
  const close = async () => void (await Promise.all(workers.map(killProcess)));
  return { judge, toldWaitsMs, getUtilisation, start, close };
}
