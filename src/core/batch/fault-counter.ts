import { type BijiaError, ConfigError, ResponseError } from '../errors.js';
import type { Result } from '../product/result.js';

/** So many faulty calls of a source in a row, and the fault is not in the ids. */
const MAX_IN_ROW = 3;

/** What a call brought for one reference. */
export interface Reply {
  readonly index: number;
  readonly result: Result;
}

export interface Verdict {
  /** What counts now, with what was in doubt before this call. */
  readonly believed: readonly Reply[];
  /** Why to stop, if so. */
  readonly fault?: BijiaError;
}

/**
 * Watches for calls that bring nothing but refusals of ids that were found sound, or nothing but answers of no use
 * and faults of this program: three in a row would be followed by ten thousand. Such refusals are in doubt until the
 * source answers something else: they may say more about the account than about the ids.
 */
export interface FaultCounter {
  /** @param wasSent whether the upstream was asked: what is said without it proves nothing about the account */
  readonly count: (source: string, answers: readonly Reply[], wasSent: boolean) => Verdict;
  /** The refusals that are still in doubt. */
  readonly takeDoubtful: () => Reply[];
}

interface Streak {
  readonly calls: number;
  readonly doubtful: readonly Reply[];
}

export function createFaultCounter(): FaultCounter {
  const streaks = new Map<string, Streak>();
  return {
    count: (source, answers, wasSent) => {
      const { calls, doubtful } = streaks.get(source) ?? { calls: 0, doubtful: [] };
      const fault = answers.every((answer) => isFaulty(answer, wasSent))
        ? answers[0]?.result.error
        : undefined;
      if (fault) {
        const refused = answers.filter(isRefusal);
        streaks.set(source, { calls: calls + 1, doubtful: [...doubtful, ...refused] });
        const believed = answers.filter((answer) => !isRefusal(answer));
        return { believed, fault: calls + 1 < MAX_IN_ROW ? undefined : toCause(source, fault) };
      }
      if (!wasSent || !answers.some(isProof)) return { believed: answers };
      streaks.delete(source);
      return { believed: [...doubtful, ...answers] };
    },
    takeDoubtful: () => {
      const all = [...streaks.values()].flatMap(({ doubtful }) => doubtful);
      streaks.clear();
      return all;
    },
  };
}

const isRefusal = ({ result }: Reply) => result.outcome === 'invalid';
const isProof = ({ result: { outcome } }: Reply) => outcome === 'ok' || outcome === 'not_found';
const isFaulty = (answer: Reply, wasSent: boolean) =>
  answer.result.error instanceof ResponseError || (wasSent && isRefusal(answer));

function toCause(source: string, fault: BijiaError): BijiaError {
  if (fault.outcome !== 'invalid') return fault;
  return new ConfigError(
    `${source} refused ${MAX_IN_ROW} calls in a row for their parameters, though the ids look right. Check its credentials and the clock, then resume the job.`,
    { code: 'refused_in_a_row', detail: fault.detail ?? fault.message },
  );
}
