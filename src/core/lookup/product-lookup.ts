import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.js';
import { BijiaError, NotFoundError, type Receipt, ResponseError, toBijiaError } from '../errors.js';
import { hideSecretFields } from '../logger.js';
import type { Detail, ProductFacts } from '../product/product.js';
import type { CallOptions, ManyAnswers, ProductId } from '../provider.js';
import { assertAnswer } from './assert-answer.js';
import { createHearing } from './hearing.js';
import type { Answered, ProductCache } from './product-cache.js';
import { createSingleFlight, type Takeoff } from './single-flight.js';
import { getIdsPerCall, type Upstream } from './upstream.js';

export interface LookupOptions extends CallOptions {
  readonly detail: Detail;
  /** Asks again even when a cached answer exists. */
  readonly fresh?: boolean;
}

/** What an upstream says about an id, and whether it was cached. */
export interface Found {
  readonly facts: ProductFacts;
  /** Wall clock, milliseconds. */
  readonly fetchedAtMs: number;
  readonly cached: boolean;
  readonly receipt?: Receipt;
}

/**
 * Cache, then single flight, then the upstream: as many ids of one kind as one call of it may hold, in their order.
 * An id's failure, "not found" among them, is its own.
 */
export type ProductLookup = (
  upstream: Upstream,
  ids: readonly ProductId[],
  options: LookupOptions,
) => Promise<(Found | BijiaError)[]>;

export interface ProductLookupOptions extends Pick<Clock, 'now' | 'monotonicNow'> {
  readonly cache: ProductCache;
  /** Notes what an upstream has just said. */
  readonly record: RecordAnswer;
}

/** Called with each fresh answer that is whole. */
export type RecordAnswer = (
  upstream: Upstream,
  facts: ProductFacts,
  fetchedAtMs: number,
  detail: Detail,
) => void;

export function createProductLookup({
  cache,
  record,
  now,
  monotonicNow,
}: ProductLookupOptions): ProductLookup {
  const flights = createSingleFlight<Answered>(monotonicNow);

  const ask = async (
    key: string,
    fetched: Promise<Fetched>,
    note: (facts: ProductFacts, fetchedAtMs: number) => void,
  ): Promise<Answered> => {
    const { facts, receipt } = await fetched.catch((error: unknown): Omit<Answered, 'fetchedAtMs'> => {
      if (error instanceof NotFoundError) return { facts: error };
      throw error;
    });
    const answered = { facts, receipt, fetchedAtMs: now() };
    if (facts instanceof NotFoundError) cache.set(key, { ...answered, facts: withoutBill(facts) });
    else if (!facts.incomplete) {
      cache.set(key, answered);
      note(facts, answered.fetchedAtMs);
    }
    return answered;
  };

  return (upstream, ids, options) => {
    const { lane, signal, fresh, detail, raw } = options;
    const call = getIdsPerCall(upstream, detail, ids[0]?.idType) > 1 ? createSharedCall : createCalls;
    const { fetch, send } = call(upstream, options);
    const fetchChecked = async (id: ProductId, takeoff: Takeoff): Promise<Fetched> => {
      const fetched = await fetch(id, takeoff);
      assertAnswer(upstream, id, fetched.facts);
      return fetched;
    };
    const onWait = options.onWait && tellOnce(options.onWait);
    const getOne = async (id: ProductId): Promise<Found | BijiaError> => {
      const key = toAnswerKey(upstream, id, { detail, raw, idCount: ids.length });
      const known = fresh ? undefined : cache.find(key);
      if (known) return toFound(known, true);
      const note = (facts: ProductFacts, fetchedAtMs: number) => record(upstream, facts, fetchedAtMs, detail);
      const work = (takeoff: Takeoff) => ask(key, fetchChecked(id, takeoff), note);
      return flights
        .run({ key, lane, signal, onWait, work })
        .then((answered) => toFound(answered, false), toBijiaError);
    };
    const found = ids.map(getOne);
    // Every id that has to be asked for is on board by now; only then does the call leave.
    send();
    return Promise.all(found);
  };
}

/** What the caller gets of an answer; "not found" stays the error that it is. */
export function toFound({ facts, fetchedAtMs, receipt }: Answered, cached: boolean): Found | NotFoundError {
  return facts instanceof NotFoundError ? facts : { facts, fetchedAtMs, receipt, cached };
}

/** As it is told from the cache: that costs nothing. */
function withoutBill(error: NotFoundError): NotFoundError {
  const kept = new NotFoundError(error.message, error);
  kept.receipt = { trace: error.receipt?.trace };
  return kept;
}

/** What an answer is kept under: the same question has the same one. */
export function toAnswerKey(
  { provider, connection }: Upstream,
  { id, idType }: ProductId,
  { detail, raw, idCount }: { readonly detail: Detail; readonly raw?: boolean; readonly idCount: number },
): string {
  const level = `${connection.cacheLevel?.(detail, idCount) ?? ''}${raw ? ' raw' : ''}`;
  const stableId = provider.stableId?.({ id, idType }) ?? id;
  return `${provider.id}|${level}|${idType ?? ''}|${stableId}`;
}

/** Several ids that wait for one call report it at one moment; their caller hears it once, and may refuse for all. */
function tellOnce(onWait: (waitMs: number) => void): (waitMs: number) => void {
  let refuse: (() => void) | undefined;
  return (waitMs) => {
    if (!refuse) {
      refuse = () => undefined;
      queueMicrotask(() => {
        refuse = undefined;
      });
      try {
        onWait(waitMs);
      } catch (error) {
        refuse = () => {
          throw error;
        };
      }
    }
    refuse();
  };
}

/** How ids are asked for: each is a flight of its own that others may join or take over. */
interface Calls {
  readonly fetch: (id: ProductId, takeoff: Takeoff) => Promise<Fetched>;
  readonly send: () => void;
}

interface Fetched {
  readonly facts: ProductFacts;
  readonly receipt: Receipt | undefined;
}

/** One upstream call for each id. */
function createCalls({ connection }: Upstream, options: LookupOptions): Calls {
  return {
    fetch: async (id, takeoff) => {
      const heard = createHearing();
      const callOptions = { ...toCallOptions(options, [takeoff]), onAnswer: heard.onAnswer };
      const facts = await connection.getProduct(id, options.detail, callOptions);
      return { facts: { raw: heard.joinRaw(), ...facts }, receipt: heard.joinReceipts() };
    },
    send: () => undefined,
  };
}

/**
 * One upstream call for several ids. An id that is asked for later goes alone: after the call was given up, or when
 * another caller's flight, which had taken it along, has come to nothing.
 */
function createSharedCall(upstream: Upstream, options: LookupOptions): Calls {
  const { connection } = upstream;
  const alone = createCalls(upstream, options);
  const controller = new AbortController();
  // A group may make many calls at once, each of which listens; more than ten would be reported as a leak.
  setMaxListeners(0, controller.signal);
  const ids: ProductId[] = [];
  const takeoffs: Takeoff[] = [];
  const heard = createHearing();
  let isSent = false;
  let hasPermit = false;
  let receipt: { readonly joined: Receipt | undefined } | undefined;
  let resolveAnswers = (_answers: Promise<ManyAnswers>): void => undefined;
  const answers = new Promise<ManyAnswers>((resolve) => {
    resolveAnswers = resolve;
  });
  return {
    fetch: async (id, takeoff) => {
      if (controller.signal.aborted || (isSent && !ids.includes(id))) return alone.fetch(id, takeoff);
      if (!isSent) ids.push(id);
      if (hasPermit) takeoff.depart();
      takeoffs.push(takeoff);
      takeoff.signal.addEventListener('abort', () => {
        if (takeoffs.every(({ signal }) => signal.aborted)) controller.abort();
      });
      const answer = (await answers).get(id.id);
      // Everything was heard by now; results of one call share it, so that the call counts once.
      receipt ??= { joined: heard.joinReceipts() };
      if (answer instanceof BijiaError) {
        answer.receipt ??= receipt.joined;
        throw answer;
      }
      if (!answer) throw new ResponseError(`The upstream's answer leaves out the id ${id.id}.`);
      const raw = hideSecretFields(answer.raw) ?? heard.joinRaw();
      return { facts: { ...answer, raw }, receipt: receipt.joined };
    },
    send: () => {
      const { getProducts } = connection;
      isSent = true;
      if (!getProducts || ids.length === 0) return;
      const note = (holds: boolean) => {
        hasPermit = holds;
      };
      const { signal } = controller;
      const callOptions = { ...toCallOptions(options, takeoffs, note), signal, onAnswer: heard.onAnswer };
      resolveAnswers(getProducts(ids, options.detail, callOptions));
    },
  };
}

function toCallOptions(
  { onWait, ...options }: LookupOptions,
  takeoffs: readonly Takeoff[],
  note?: (hasPermit: boolean) => void,
): CallOptions {
  return {
    ...options,
    signal: takeoffs[0]?.signal,
    onQueue: () => {
      note?.(false);
      for (const { queue } of takeoffs) queue();
    },
    // Who waits hears it through the flight. Nobody on a batch's flight wants to, and asking costs a look at the quota.
    ...((onWait || options.lane === 'interactive') && {
      onWait: (waitMs) => {
        for (const { wait } of takeoffs) wait(waitMs);
      },
    }),
    onPermit: () => {
      note?.(true);
      for (const { depart } of takeoffs) depart();
      options.onPermit?.();
    },
  };
}
