/** The longest that closing may take, calls in flight included: hosts kill a server that lingers, and its calls would go on. */
const CLOSE_WITHIN_MS = 700;

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

/** Calls back with the exit code when the process is told to end. */
export function onEndSignal(served: Pick<NodeJS.Process, 'on'>, end: (code: number) => void): void {
  for (const [signal, code] of SIGNALS) served.on(signal, () => end(code));
}

/** Resolves when all is closed, or when nobody waits any longer. */
export async function closeInTime(close: () => Promise<void>): Promise<void> {
  await Promise.race([close(), new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS))]);
}
