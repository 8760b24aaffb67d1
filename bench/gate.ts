/** Lets several begin together when the last one of them is ready. */
export interface Gate {
  /** Announces one more; what it returns says that this one is ready, and waits for the others. */
  readonly enter: () => () => Promise<void>;
}

export function createGate(): Gate {
  let pending = 0;
  let open = (): void => undefined;
  let opened = Promise.resolve();
  return {
    enter: () => {
      if (pending === 0) {
        opened = new Promise((resolve) => {
          open = resolve;
        });
      }
      pending += 1;
      const ours = opened;
      return () => {
        pending -= 1;
        if (pending === 0) open();
        return ours;
      };
    },
  };
}
