/** Tells those who wait that something happened. */
export interface Changes {
  /** Notes a change and returns its number. */
  readonly note: () => number;
  /** Number of the latest change. */
  readonly latest: () => number;
  /** For how long a change is waited for unless somebody says otherwise. */
  readonly patienceMs: number;
  /** Calls back after changes; several at once count as one. The result takes the listener off. */
  readonly listen: (listener: () => void) => () => void;
}

export function createChanges(patienceMs: number): Changes {
  const listeners = new Set<() => void>();
  let latest = 0;
  let isAnnounced = false;

  const announce = () => {
    isAnnounced = false;
    for (const listener of listeners) listener();
  };

  return {
    patienceMs,
    note: () => {
      latest += 1;
      // Later, when the change is complete.
      if (!isAnnounced) queueMicrotask(announce);
      isAnnounced = true;
      return latest;
    },
    latest: () => latest,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
