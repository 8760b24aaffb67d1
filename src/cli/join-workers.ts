import { type Clock, type Core, createClock, startWorker, toBijiaError } from '../core/index.js';

/** What the process is for comes first: loading the queue takes a tenth of a second. */
const JOIN_AFTER_MS = 2000;

/** Work on the jobs of other machines, besides what the process is for. */
interface SideWork {
  readonly close: () => Promise<void>;
}

/** @returns undefined where there are no other machines, or these jobs are left to `bijia worker` */
export function joinWorkers(core: Core, { wait }: Pick<Clock, 'wait'> = createClock()): SideWork | undefined {
  const { tasks, config, log } = core;
  if (!tasks || !config.general.worker) return undefined;
  const warn = (thrown: unknown) => {
    const { message, detail } = toBijiaError(thrown);
    log.warn(`this process works on no jobs of other machines: ${message}`, { detail });
  };
  const closing = new AbortController();
  const start = async () => {
    await wait(JOIN_AFTER_MS, closing.signal);
    if (closing.signal.aborted) return undefined;
    return startWorker(core, {
      onFault: warn,
      onRecovery: () => log.info('this process works on the jobs of other machines again'),
    });
  };
  const starting = start().catch(warn);
  return {
    close: async () => {
      closing.abort();
      await (await starting)?.close();
    },
  };
}
