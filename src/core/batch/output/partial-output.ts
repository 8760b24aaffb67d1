import type { Clock } from '../../clock.js';
import { type Output, writeOutput } from './output.js';
import type { Row } from './row.js';

export interface PartialOutputOptions extends Pick<Clock, 'monotonicNow'> {
  readonly output: Output;
  readonly rows: () => AsyncIterable<Row>;
}

const EVERY_ROWS = 100;
const EVERY_MS = 10_000;
/** The whole file is written each time: at most a twentieth of a run is spent on it, however long the list is. */
const REST = 20;

/** Keeps `<path>.partial` fresh while a run goes on, so that something can be read also after a kill. */
export function createPartialOutput({ output, rows, monotonicNow }: PartialOutputOptions) {
  let writing: Promise<void> | undefined;
  let isEnded = false;
  let last = { done: 0, atMs: Number.NEGATIVE_INFINITY, tookMs: 0 };
  const write = async (done: number) => {
    const startMs = monotonicNow();
    // The output that is written at the end says what is wrong with its place.
    await writeOutput(rows(), output, false).catch(() => undefined);
    last = { done, atMs: monotonicNow(), tookMs: monotonicNow() - startMs };
    writing = undefined;
  };
  return {
    /** Writes again when enough has come since the last time. */
    refresh: (done: number) => {
      const restedMs = monotonicNow() - last.atMs;
      const isDue = done - last.done >= EVERY_ROWS || restedMs >= EVERY_MS;
      if (!isEnded && !writing && isDue && restedMs >= last.tookMs * REST) writing = write(done);
    },
    /** Resolves when nothing is written any more. */
    end: async () => {
      isEnded = true;
      await writing;
    },
  };
}
