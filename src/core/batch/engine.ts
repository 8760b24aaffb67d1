import { BATCH_CALLS_AT_ONCE } from '../call/limiter.js';
import { type BijiaError, BoundError, type Outcome, toBijiaError } from '../errors.js';
import type { Result } from '../product/result.js';
import { type Brake, type Budget, createBrake, createBudget, createBudgetError } from './budget.js';
import type { BatchSource, Route } from './core-batch-source.js';
import { createFaultCounter, type FaultCounter, type Reply } from './fault-counter.js';
import type { Journal } from './journal/journal.js';
import { toRecord } from './output/row.js';
import { isOpen, type Plan, type PlannedType, planRun } from './plan.js';
import { createPace, type Progress } from './progress.js';
import { createOutcomeWaiters, createQueue, type Queue } from './queue.js';
import type { ReferenceTable } from './reference-table.js';

export interface RunOptions {
  readonly references: ReferenceTable;
  readonly journal: Journal;
  readonly source: BatchSource;
  /** Names the batch to the limiter: batches take turns. */
  readonly batchId: string;
  readonly signal?: AbortSignal;
  /** Most upstream calls of this run. */
  readonly maxCalls?: number;
  /** Asks again for what failed at the upstream. */
  readonly retryFailed?: boolean;
  /** Calls under way at once, waiting ones included, for each type of reference; as many as the limiter lets past. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
}

export interface RunReport extends Progress {
  readonly state: 'finished' | 'stopped' | 'cancelled';
  /** Why it stopped. */
  readonly cause?: BijiaError;
}

/** A run under way. */
export interface Run {
  readonly plan: Plan;
  readonly report: Promise<RunReport>;
  /** Resolves when a reference has its outcome, or will not get one in this run. */
  readonly ready: (index: number) => Promise<void>;
  /** Why a reference has no entry in the journal; undefined when nobody asked for it. */
  readonly explain: (index: number) => BijiaError | undefined;
}

/** How often a reference comes again after an answer that settles nothing. */
const MAX_TRIES = 5;

/**
 * Asks for every open reference and enters each answer into the journal. Answers that settle nothing (throttled,
 * cancelled) are not entered, so that a resumed run asks again. A cause that every further call would meet stops
 * the run at once.
 */
export function startRun(options: RunOptions): Run {
  const { references, journal, source, retryFailed = false } = options;
  const plan = planRun(references, journal, source, retryFailed);
  const refusalOf = (index: number) => plan.refTypes[references.typeAt(index)]?.refusal;
  // 1 for what this run need not or cannot ask for, and for what it has an answer to.
  const settled = new Uint8Array(references.size);
  for (let index = 0; index < settled.length; index += 1) {
    if (!isOpen(journal, index, retryFailed) || refusalOf(index)) settled[index] = 1;
  }
  let done = plan.done;
  const waiters = createOutcomeWaiters((index) => settled[index] === 1);
  const failures = new Map<number, BijiaError>();
  const report = work(options, plan, {
    done: () => done,
    isOpen: (index) => settled[index] === 0,
    fail: (index, error) => failures.set(index, error),
    settle: (index) => {
      settled[index] = 1;
      done += 1;
      failures.delete(index);
      waiters.announce(index);
    },
    findFailure: () => failures.values().next().value ?? plan.refTypes.flatMap(findMendable)[0],
  });
  return {
    plan,
    report: report.finally(waiters.end),
    ready: waiters.wait,
    explain: (index) => failures.get(index) ?? refusalOf(index),
  };
}

/** What somebody has to configure before these references can be asked for. */
function findMendable({ refusal, open }: PlannedType): BijiaError[] {
  return refusal?.outcome === 'not_configured' && open > 0 ? [refusal] : [];
}

/** What a run knows about the references beside the journal. */
interface RunState {
  /** How many have an outcome. */
  readonly done: () => number;
  readonly isOpen: (index: number) => boolean;
  readonly settle: (index: number) => void;
  readonly fail: (index: number, error: BijiaError) => void;
  /** The first reason why some reference still has no outcome. */
  readonly findFailure: () => BijiaError | undefined;
}

interface Workload {
  readonly route: Route;
  readonly queue: Queue;
}

async function work(options: RunOptions, plan: Plan, runState: RunState): Promise<RunReport> {
  const { references, journal, maxCalls, monotonicNow, concurrency = BATCH_CALLS_AT_ONCE } = options;
  const brake = createBrake(options.signal);
  const budget = createBudget(maxCalls);
  const measure = createPace({
    monotonicNow,
    total: plan.total,
    doneAtStart: plan.done,
    expectedMs: plan.expectedMs,
  });
  const describe = (): Progress => {
    const calls = budget.calls();
    const done = runState.done();
    return { total: plan.total, done, counts: journal.counts(), calls, ...measure(done, calls) };
  };
  const enter = createEntry(journal, runState);
  const faults = createFaultCounter();
  const ask = createAsk(options, { plan, brake, budget, faults, enter });
  const walk = async ({ route, queue }: Workload) => {
    while (!brake.isPulled() && budget.hasRoom()) {
      const indexes = queue.take(route.idsPerCall);
      if (indexes.length === 0) return;
      try {
        queue.putBack(await ask(route, indexes));
        options.onProgress?.(describe());
      } catch (error) {
        brake.stop(toBijiaError(error));
      }
    }
  };
  const lanes = plan.refTypes.flatMap(({ type, route }): Workload[] => {
    const wants = (index: number) => references.typeAt(index) === type && runState.isOpen(index);
    return route ? [{ route, queue: createQueue(references.size, wants) }] : [];
  });
  await Promise.all(lanes.flatMap((lane) => Array.from({ length: concurrency }, () => walk(lane))));
  const doubtful = faults.takeDoubtful();
  await settleDoubtful(doubtful, { brake, runState, enter });
  if (doubtful.length > 0) options.onProgress?.(describe());
  const isCutShort = lanes.some(({ queue }) => queue.take(1).length > 0);
  return { ...describe(), ...findEnd(options, { brake, isCutShort, failure: runState.findFailure() }) };
}

interface EndFacts {
  readonly brake: Brake;
  /** Whether something was still to be asked for when nothing more could begin. */
  readonly isCutShort: boolean;
  readonly failure: BijiaError | undefined;
}

/** How a run ended; whoever cancelled it is no cause. */
function findEnd(
  { signal, maxCalls }: RunOptions,
  { brake, isCutShort, failure }: EndFacts,
): Pick<RunReport, 'state' | 'cause'> {
  const stopped = brake.cause();
  if (signal?.aborted && !stopped) return { state: 'cancelled', cause: undefined };
  const bound = isCutShort && maxCalls !== undefined ? createBudgetError(maxCalls) : undefined;
  const cause = stopped ?? bound ?? failure;
  return { state: cause ? 'stopped' : 'finished', cause };
}

/**
 * Refusals that nothing has shaken count when the run has come to its end, or to a bound that was set for it. What
 * else stopped it may be their cause: those ids stay open.
 */
async function settleDoubtful(
  answers: readonly Reply[],
  { brake, runState, enter }: { readonly brake: Brake; readonly runState: RunState; readonly enter: Enter },
): Promise<void> {
  const cause = brake.cause();
  if (cause && !(cause instanceof BoundError)) {
    for (const { index } of answers) runState.fail(index, cause);
    return;
  }
  await Promise.all(answers.map(enter)).catch((error: unknown) => brake.stop(toBijiaError(error)));
}

interface AskParts {
  readonly plan: Plan;
  readonly brake: Brake;
  readonly budget: Budget;
  readonly faults: FaultCounter;
  readonly enter: Enter;
}

/** One call: asks for references of one type, enters what comes back and returns those to ask for again. */
function createAsk(
  { references, source, batchId }: RunOptions,
  { plan, brake, budget, faults, enter }: AskParts,
) {
  return async (route: Route, indexes: readonly number[]) => {
    const call = budget.begin();
    const refs = indexes.map((index) => references.at(index));
    const callOptions = { signal: brake.signal, batchId, expectedCalls: plan.calls, onPermit: call.onPermit };
    const results = await source
      .getProducts(refs, callOptions)
      .catch((error: unknown) => refs.map(() => toFailure(error)))
      .finally(call.end);
    const fatal = results.find(({ error }) => error?.stopsBatch)?.error;
    // A bound of our own says nothing against calls that have left, and those may cost money.
    if (fatal) (fatal instanceof BoundError ? brake.coast : brake.stop)(fatal);
    const answers = indexes.map((index, at) => ({ index, result: results[at] ?? createGap() }));
    const { believed, fault } = faults.count(route.source, answers, call.wasSent());
    if (fault) brake.stop(fault);
    const entries = await Promise.all(believed.map(enter));
    return believed.filter((_, at) => entries[at] === 'again').map(({ index }) => index);
  };
}

function toFailure(thrown: unknown): Result {
  const error = toBijiaError(thrown);
  return { input: '', outcome: error.outcome, error };
}

const createGap = () => toFailure(new Error('the source left out an answer'));

type Enter = (answer: Reply) => Promise<'settled' | 'again' | 'failed'>;

/** Enters one result; what settles nothing comes again a few times. */
function createEntry(journal: Journal, runState: RunState): Enter {
  const tries = new Map<number, number>();
  return async ({ index, result }) => {
    const { outcome, error, product } = result;
    if (error && TRANSIENT.has(outcome)) {
      runState.fail(index, error);
      const tried = (tries.get(index) ?? 0) + 1;
      tries.set(index, tried);
      return tried < MAX_TRIES ? 'again' : 'failed';
    }
    await journal.append(index, outcome, toRecord(result), product?.cached !== true);
    runState.settle(index);
    return 'settled';
  };
}

const TRANSIENT: ReadonlySet<Outcome> = new Set(['throttled', 'cancelled', 'not_configured']);
