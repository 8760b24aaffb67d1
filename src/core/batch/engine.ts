import { type BijiaError, BoundError, type Outcome, toBijiaError } from '../errors.js';
import { type AccountCheck, createAccountCheck } from './account-check.js';
import { type Brake, type BrakeOptions, createBrake } from './brake.js';
import { type Budget, createBudget, createBudgetError } from './budget.js';
import type { Journal } from './journal/journal.js';
import { createOutcomeWaiters } from './outcome-waiters.js';
import { createPace, type Progress } from './progress.js';
import type { Reply, Work, Workload } from './work.js';

export interface RunOptions extends BrakeOptions {
  readonly work: Work;
  readonly journal: Pick<Journal, 'append'>;
  /** Names the batch to the limiter: batches take turns. */
  readonly batchId: string;
  /** It keeps no calls for people, who wait until it is done. */
  readonly batchFirst?: boolean;
  /** Most upstream calls of this run. */
  readonly maxCalls?: number;
  readonly onProgress?: (progress: Progress) => void;
}

export interface RunReport extends Progress {
  readonly state: 'finished' | 'stopped' | 'cancelled';
  /** Why it stopped. */
  readonly cause?: BijiaError;
  /** Calls of this run that were billed; absent where no answer says so. */
  readonly billed?: number;
}

/** A run under way. */
export interface Run {
  readonly report: Promise<RunReport>;
  /** Resolves when an index has its outcome, or will not get one in this run. */
  readonly ready: (index: number) => Promise<void>;
}

/** How often an index comes again after an answer that settles nothing. */
const MAX_TRIES = 5;

/** Resuming asks again: these are not entered into the journal. */
const TRANSIENT: ReadonlySet<Outcome> = new Set(['throttled', 'cancelled', 'not_configured']);

/**
 * Asks for everything that is open and enters each answer into the journal. Answers that settle nothing (throttled,
 * cancelled) are not entered, so that a resumed run asks again. A cause that every further call would meet stops the
 * run: nothing new begins, and the answers to calls that have left are entered.
 */
export function startRun(options: RunOptions): Run {
  const waiters = createOutcomeWaiters(options.work.isSettled);
  const crew = createCrew(options, waiters.announce);
  return { report: run(crew).finally(waiters.end), ready: waiters.wait };
}

/** What the calls of one run share. */
interface Crew {
  readonly options: RunOptions;
  readonly brake: Brake;
  readonly budget: Budget;
  readonly account: AccountCheck;
  readonly enter: Enter;
  readonly toProgress: () => Progress;
  /** Calls that were billed; empty where no answer says so. */
  readonly bill: { count?: number };
}

function createCrew(options: RunOptions, announce: (index: number) => void): Crew {
  const { work, maxCalls, monotonicNow } = options;
  const budget = createBudget(maxCalls);
  const measure = createPace({ monotonicNow, start: work.standing(), schedule: work.schedule });
  return {
    options,
    brake: createBrake(options),
    budget,
    account: createAccountCheck(),
    bill: {},
    enter: createEntry(options, announce),
    toProgress: () => {
      const standing = work.standing();
      const calls = budget.calls();
      return { ...standing, calls, ...measure(standing, calls) };
    },
  };
}

async function run(crew: Crew): Promise<RunReport> {
  const { options, brake, toProgress } = crew;
  const { workloads } = options.work;
  await Promise.all(
    workloads.flatMap((workload) => Array.from({ length: workload.atOnce }, () => walk(crew, workload))),
  );
  if (await settleDoubtful(crew)) options.onProgress?.(toProgress());
  brake.end();
  return { ...toProgress(), ...getEnd(crew), billed: crew.bill.count };
}

/** Makes one call after the other until nothing is left, or nothing may begin any more. */
async function walk(crew: Crew, workload: Workload): Promise<void> {
  const { options, brake, budget, account, toProgress } = crew;
  while (!brake.isPulled()) {
    const admission = await account.admit(workload.source);
    try {
      const next = brake.isPulled() ? [] : workload.next(admission.isDistant);
      const indexes = next.slice(0, countFitting(budget, workload, next.length));
      workload.putBack(next.slice(indexes.length));
      if (indexes.length === 0) return;
      workload.putBack(await ask(crew, workload, indexes, admission.isProbe));
      options.onProgress?.(toProgress());
    } catch (error) {
      const cause = toBijiaError(error);
      // A call that was called off because the run ends is not why it ends.
      if (cause.outcome !== 'cancelled' || !brake.isPulled()) brake.pull(cause);
    } finally {
      admission.end();
    }
  }
}

/** How many indexes of a group can still be asked for, with all the calls they take. */
function countFitting(budget: Budget, { countCalls }: Workload, count: number): number {
  let fitting = count;
  while (fitting > 0 && !budget.hasRoom(countCalls(fitting))) fitting -= 1;
  return fitting;
}

/** One call. @returns the indexes to ask for again */
async function ask(
  { options, brake, budget, account, enter, bill }: Crew,
  { source, ask: send, countCalls }: Workload,
  indexes: readonly number[],
  isProbe: boolean,
): Promise<number[]> {
  const counted = budget.begin(countCalls(indexes.length));
  const braked = brake.begin();
  const onPermit = () => {
    braked.depart();
    counted.countSent();
  };
  const { batchId, batchFirst, work } = options;
  const { expectedCalls } = work;
  const callOptions = { signal: braked.signal, batchId, batchFirst, expectedCalls, onPermit };
  const replies = await send(indexes, callOptions).finally(() => {
    counted.end();
    braked.end();
  });
  for (const receipt of new Set(replies.map((reply) => reply.receipt))) {
    if (receipt?.billed !== undefined) bill.count = (bill.count ?? 0) + Number(receipt.billed);
  }
  const fatal = replies.find(({ error }) => error?.stopsBatch)?.error;
  if (fatal) brake.pull(fatal);
  const { believed, fault } = account.judge(source, replies, { wasSent: braked.wasSent(), isProbe });
  if (fault) brake.pull(fault);
  const entries = await Promise.all(believed.map(enter));
  return believed.filter((_, at) => entries[at] === 'again').map(({ index }) => index);
}

/** How a run ended; a cancel, by anyone, is not a cause. */
function getEnd({ options, brake }: Crew): Pick<RunReport, 'state' | 'cause'> {
  const { signal, maxCalls, work } = options;
  const stopped = brake.cause();
  if (signal?.aborted && !stopped) return { state: 'cancelled', cause: undefined };
  const isCutShort = work.workloads.some(({ next }) => next().length > 0);
  const bound = isCutShort && maxCalls !== undefined ? createBudgetError(maxCalls) : undefined;
  const cause = stopped ?? bound ?? work.findFailure();
  return { state: cause ? 'stopped' : 'finished', cause };
}

/**
 * Refusals that nothing has shaken count when the run has come to its end, or to a bound that was set for it. Whatever
 * else ended it may be their cause: those ids stay open. @returns whether any counted
 */
async function settleDoubtful({ options, brake, account, enter }: Crew): Promise<boolean> {
  const { believed, doubtful, fault } = account.conclude();
  const stopped = brake.cause();
  const isOver = !brake.isPulled() || stopped instanceof BoundError;
  if (fault) brake.pull(fault);
  const open = isOver ? doubtful : [...believed, ...doubtful];
  const cause = brake.cause();
  if (cause) for (const { index } of open) options.work.fail(index, cause);
  if (!isOver) return false;
  await Promise.all(believed.map(enter)).catch((error: unknown) => brake.pull(toBijiaError(error)));
  return believed.length > 0;
}

type Enter = (reply: Reply) => Promise<'settled' | 'again' | 'failed'>;

/** Enters one reply; what settles nothing comes again a few times. */
function createEntry({ work, journal }: RunOptions, announce: (index: number) => void): Enter {
  const tries = new Map<number, number>();
  return async (reply) => {
    const { index, outcome, error, record, isCached = false } = reply;
    if (error && TRANSIENT.has(outcome)) {
      work.fail(index, error);
      const tried = (tries.get(index) ?? 0) + 1;
      tries.set(index, tried);
      return tried < MAX_TRIES ? 'again' : 'failed';
    }
    // Asked for once more to see whether the account works.
    if (work.isSettled(index)) return 'settled';
    await journal.append(index, outcome, record, !isCached);
    work.settle(reply);
    announce(index);
    return 'settled';
  };
}
