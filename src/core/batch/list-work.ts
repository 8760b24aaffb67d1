import { BATCH_CALLS_AT_ONCE } from '../call/limiter.js';
import { type BijiaError, toBijiaError } from '../errors.js';
import type { Result } from '../product/result.js';
import type { BatchSource } from './core-batch-source.js';
import type { KnownJournal } from './journal/journal.js';
import { toRecord } from './output/row.js';
import { isOpen, type PlannedType, planRun } from './plan.js';
import { createQueue } from './queue.js';
import type { ReferenceTable } from './reference-table.js';
import type { Pace } from './schedule.js';
import type { Reply, Work, Workload } from './work.js';

export interface ListWorkOptions {
  readonly references: ReferenceTable;
  readonly journal: Pick<KnownJournal, 'outcomeAt' | 'counts'>;
  readonly source: BatchSource;
  /** Asks again for what failed at the upstream. */
  readonly retryFailed?: boolean;
  /** How fast the quotas may be used, as far as is known. */
  readonly pace?: Pace;
}

export interface ListWork extends Work {
  /** Why a reference has no entry in the journal; undefined when nobody asked for it. */
  readonly explain: (index: number) => BijiaError | undefined;
}

/** The references of a list that have no outcome yet: each is asked for once. */
export function createListWork(options: ListWorkOptions): ListWork {
  const { references, journal, source, retryFailed = false, pace } = options;
  const plan = planRun(references, journal, source, retryFailed, pace);
  const refusalOf = (index: number) => plan.refTypes[references.typeAt(index)]?.refusal;
  // 1 for what this run need not or cannot ask for, and for what it has an answer to.
  const settled = new Uint8Array(references.size);
  for (let index = 0; index < settled.length; index += 1) {
    if (!isOpen(journal, index, retryFailed) || refusalOf(index)) settled[index] = 1;
  }
  const failures = new Map<number, BijiaError>();
  let { done } = plan;
  return {
    workloads: plan.refTypes.flatMap((planned) =>
      planned.route ? [createWorkload(options, planned, (index) => settled[index] === 0)] : [],
    ),
    standing: () => ({ total: plan.total, done, counts: journal.counts() }),
    expectedCalls: plan.calls,
    schedule: plan.schedule,
    isSettled: (index) => settled[index] === 1,
    settle: ({ index }) => {
      settled[index] = 1;
      done += 1;
      failures.delete(index);
    },
    fail: (index, error) => failures.set(index, error),
    findFailure: () => failures.values().next().value ?? plan.refTypes.flatMap(listMissing)[0],
    explain: (index) => failures.get(index) ?? refusalOf(index),
  };
}

/** What somebody has to configure before these references can be asked for. */
function listMissing({ refusal, open }: PlannedType): BijiaError[] {
  return refusal?.outcome === 'not_configured' && open > 0 ? [refusal] : [];
}

function createWorkload(
  { references, journal, source }: ListWorkOptions,
  { type, route }: Extract<PlannedType, { readonly refusal?: undefined }>,
  isUnsettled: (index: number) => boolean,
): Workload {
  const isOwn = (index: number) => references.typeAt(index) === type;
  const queue = createQueue(references.size, (index) => isOwn(index) && isUnsettled(index));
  const isAnswered = (index: number) => isOwn(index) && journal.outcomeAt(index) === 'ok';
  // Only those of earlier runs: what was answered a moment ago would come from the cache, and prove nothing.
  const known = listIndexes(references.size, isAnswered);
  return {
    source: route.source,
    // As many as fill the limiter's places: of groups that take many calls each, more would only be begun and lie open.
    atOnce: Math.ceil(BATCH_CALLS_AT_ONCE / route.countCalls(route.idsPerCall)),
    next: (isDistant) => {
      const proof = isDistant ? known.pop() : undefined;
      return proof === undefined ? queue.take(route.idsPerCall, isDistant) : [proof];
    },
    putBack: queue.putBack,
    countCalls: route.countCalls,
    ask: async (indexes, options) => {
      const refs = indexes.map((index) => references.at(index));
      const results = await source
        .getProducts(refs, options)
        .catch((error: unknown) => refs.map(() => toFailure(error)));
      return indexes.map((index, at) => toReply(index, results[at] ?? createGap()));
    },
  };
}

/** How often a run may ask again for what was answered, to see whether the account works. */
const MAX_PROOFS = 16;

function listIndexes(size: number, matches: (index: number) => boolean): number[] {
  const found: number[] = [];
  for (let index = 0; index < size && found.length < MAX_PROOFS; index += 1) {
    if (matches(index)) found.push(index);
  }
  return found;
}

function toReply(index: number, result: Result): Reply {
  const { outcome, error, product } = result;
  const isCached = product?.cached === true;
  const receipt = isCached ? undefined : (product?.receipt ?? error?.receipt);
  return { index, outcome, error, record: toRecord(result), receipt, isCached };
}

function toFailure(thrown: unknown): Result {
  const error = toBijiaError(thrown);
  return { input: '', outcome: error.outcome, error };
}

const createGap = () => toFailure(new Error('the source left out an answer'));
