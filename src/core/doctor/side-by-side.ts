export interface SideBySideOptions {
  /** Told when all of a source that is left is given as it comes. */
  readonly onTurn?: (at: number) => void;
  /** Told when nothing more is taken: what still works should end. It is waited for. */
  readonly onEnd?: () => void;
}

/**
 * Works through all sources at once, and gives what they bring in their order: of the first one as it comes, of another one when all
 * before it have ended.
 */
export async function* sideBySide<T>(
  sources: readonly AsyncIterable<T>[],
  { onTurn, onEnd }: SideBySideOptions = {},
): AsyncGenerator<T> {
  const begun = sources.map(readAhead);
  try {
    for (const [at, { take }] of begun.entries()) {
      onTurn?.(at);
      yield* take();
    }
  } finally {
    onEnd?.();
    await Promise.allSettled(begun.map(({ ended }) => ended));
  }
}

/** Begins at once, whether or not anybody takes what comes. */
function readAhead<T>(source: AsyncIterable<T>) {
  const ready: T[] = [];
  let wake = (): void => undefined;
  let hasEnded = false;
  const read = async () => {
    try {
      for await (const item of source) {
        ready.push(item);
        wake();
      }
    } finally {
      hasEnded = true;
      wake();
    }
  };
  const ended = read();
  // Whoever takes it hears of it.
  ended.catch(() => undefined);
  const take = async function* take() {
    for (;;) {
      yield* ready.splice(0);
      if (hasEnded) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (ready.length > 0 || hasEnded) resolve();
      });
    }
    yield* ready.splice(0);
    await ended;
  };
  return { ended, take };
}
