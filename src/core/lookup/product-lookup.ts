import { setMaxListeners } from 'node:events';
import { BijiaError, NotFoundError, ResponseError } from '../errors.js';
import type { Detail, ProductFacts } from '../product/product.js';
import type { CallOptions, ManyAnswers, ProductId } from '../provider.js';
import type { Answered, ProductCache } from './product-cache.js';
import { createSingleFlight, type Takeoff } from './single-flight.js';
import type { Upstream } from './upstream.js';

export interface LookupOptions extends CallOptions {
  readonly detail: Detail;
  /** Asks again even when an answer is at hand. */
  readonly fresh?: boolean;
}

/** What a source says about an id, and whether it was at hand already. */
export interface Found extends Answered {
  readonly cached: boolean;
}

/** Cache, then single flight, then the source. */
export interface ProductLookup {
  /** @throws the errors of the road; "not found" is an answer, not an error */
  readonly getOne: (upstream: Upstream, id: ProductId, options: LookupOptions) => Promise<Found>;
  /** As many ids as one call of the source may hold, in their order; an id's failure is its own. */
  readonly getMany: (
    upstream: Upstream,
    ids: readonly ProductId[],
    options: LookupOptions,
  ) => Promise<(Found | BijiaError)[]>;
}

export interface ProductLookupOptions {
  readonly cache: ProductCache;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

export function createProductLookup({ cache, now }: ProductLookupOptions): ProductLookup {
  const flights = createSingleFlight<Answered>();

  const lookUp = async (
    upstream: Upstream,
    id: ProductId,
    options: LookupOptions & { readonly idCount: number },
    ask: (takeoff: Takeoff, onSandbox: () => void) => Promise<ProductFacts>,
  ): Promise<Found> => {
    const key = toKey(upstream, id, options);
    const known = options.fresh ? undefined : cache.get(key);
    if (known) return { ...known, cached: true };
    const work = async (takeoff: Takeoff): Promise<Answered> => {
      let sandbox = false;
      const facts = await ask(takeoff, () => {
        sandbox = true;
      }).catch((error: unknown) => {
        if (error instanceof NotFoundError) return error;
        throw error;
      });
      const answered = { facts, fetchedAtMs: now(), sandbox };
      if (facts instanceof NotFoundError || !facts.incomplete) cache.set(key, answered);
      return answered;
    };
    return {
      ...(await flights.run({ key, lane: options.lane, signal: options.signal, work })),
      cached: false,
    };
  };

  const getOne: ProductLookup['getOne'] = (upstream, id, options) =>
    lookUp(upstream, id, { ...options, idCount: 1 }, (takeoff, onSandbox) =>
      upstream.connection.getProduct(id, options.detail, toCallOptions(options, takeoff, onSandbox)),
    );

  const getMany: ProductLookup['getMany'] = (upstream, ids, options) => {
    const shared = createSharedCall(upstream, options);
    // Every id that has to be asked for is on board before these calls return; only then does it leave.
    const found = ids.map((id) =>
      lookUp(upstream, id, { ...options, idCount: ids.length }, (takeoff, onSandbox) =>
        shared.add(id, takeoff, onSandbox),
      ),
    );
    shared.send();
    return Promise.all(found.map((one) => one.catch(toError)));
  };

  return { getOne, getMany };
}

function toError(error: unknown): BijiaError {
  if (error instanceof BijiaError) return error;
  throw error;
}

function toKey(
  { provider, connection }: Upstream,
  { id, idType }: ProductId,
  { detail, idCount }: { readonly detail: Detail; readonly idCount: number },
): string {
  return `${provider.id}|${connection.cacheLevel?.(detail, idCount) ?? ''}|${idType ?? ''}|${id}`;
}

function toCallOptions(
  options: LookupOptions,
  { signal, depart }: Takeoff,
  onSandbox: () => void,
): CallOptions {
  const onPermit = () => {
    depart();
    options.onPermit?.();
  };
  return { ...options, signal, onPermit, onSandbox };
}

/** One upstream call for several ids, each of which is a flight of its own that others may join or take over. */
function createSharedCall(upstream: Upstream, options: LookupOptions) {
  const controller = new AbortController();
  // A group may make many calls at once, each of which listens; more than ten would be reported as a leak.
  setMaxListeners(0, controller.signal);
  const members: { id: ProductId; takeoff: Takeoff; onSandbox: () => void }[] = [];
  let resolveAnswers = (_answers: Promise<ManyAnswers>): void => undefined;
  const answers = new Promise<ManyAnswers>((resolve) => {
    resolveAnswers = resolve;
  });

  const add = async (id: ProductId, takeoff: Takeoff, onSandbox: () => void): Promise<ProductFacts> => {
    members.push({ id, takeoff, onSandbox });
    takeoff.signal.addEventListener('abort', () => {
      if (members.every((member) => member.takeoff.signal.aborted)) controller.abort();
    });
    const answer = (await answers).get(id.id);
    if (answer instanceof BijiaError) throw answer;
    if (!answer) throw new ResponseError(`The upstream's answer leaves out the id ${id.id}.`);
    return answer;
  };

  const send = () => {
    const { getProducts } = upstream.connection;
    if (!getProducts || members.length === 0) return;
    const onPermit = () => {
      for (const { takeoff } of members) takeoff.depart();
      options.onPermit?.();
    };
    const onSandbox = () => {
      for (const member of members) member.onSandbox();
    };
    const ids = members.map(({ id }) => id);
    resolveAnswers(
      getProducts(ids, options.detail, { ...options, signal: controller.signal, onPermit, onSandbox }),
    );
  };

  return { add, send };
}
