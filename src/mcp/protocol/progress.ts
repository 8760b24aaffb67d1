import { cutText } from '../answers/cut-text.js';

/** How far a call is. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
  readonly message: string;
}

export interface ProgressNotice {
  readonly progress: number;
  readonly total?: number;
  readonly message: string;
}

/** Clients that reset their clock on progress do so within seconds. */
const FIRST_MS = 500;
const EVERY_MS = 1500;
/** Below one unit of work, so that a notice without news still increases. */
const STEP = 0.001;
const MAX_MESSAGE = 190;

/** @param send may fail; a client that has left misses nothing */
export function startProgress(send: (notice: ProgressNotice) => Promise<void>) {
  let latest: Progress = { done: 0, message: 'Working' };
  let last = -1;
  const tick = () => {
    last = Math.max(latest.done, last + STEP);
    const { total, message } = latest;
    send({
      progress: last,
      ...(total !== undefined && { total: Math.max(total, last) }),
      message: cutText(message, MAX_MESSAGE),
    }).catch(() => undefined);
  };
  let interval: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    tick();
    interval = setInterval(tick, EVERY_MS).unref();
  }, FIRST_MS).unref();
  return {
    report: (progress: Progress) => {
      latest = progress;
    },
    /** Nothing is sent any more: a notice after the answer would be an error to the client. */
    stop: () => {
      clearTimeout(first);
      clearInterval(interval);
    },
  };
}
