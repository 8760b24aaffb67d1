import { BATCH_CALLS_AT_ONCE } from '../../../src/core/call/limiter.js';
import type { PermitOffice } from '../permit-office.js';

/**
 * Makes so many calls, as many side by side as a batch has.
 * @param onAnswer is told how many have left and how many are answered
 * @returns how long all of them take, milliseconds
 */
export async function simulateRun(
  { clock, processes, nowMs }: PermitOffice,
  calls: number,
  latencyMs: number,
  onAnswer: (sent: number, answered: number) => void = () => undefined,
): Promise<number> {
  let [left, sent, answered] = [calls, 0, 0];
  let endedMs: number | undefined;
  const startedMs = nowMs();
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const permit = await processes[0]?.acquire({ lane: 'batch', batchId: 'b', expectedCalls: calls });
      sent += 1;
      await clock.wait(latencyMs);
      await permit?.answered();
      answered += 1;
      onAnswer(sent, answered);
    }
  };
  void Promise.all(Array.from({ length: BATCH_CALLS_AT_ONCE }, work)).then(() => {
    endedMs = nowMs();
  });
  while (endedMs === undefined) await clock.advance(1000);
  return endedMs - startedMs;
}
