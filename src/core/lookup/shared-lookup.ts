import type { Clock } from '../clock.js';
import { type BijiaError, CancelledError, NotFoundError, StateError, toBijiaError } from '../errors.js';
import type { ProductFacts, Receipt } from '../product/product.js';
import type { ProductId } from '../provider.js';
import type { AnswerStore, Boarded } from '../state/state.js';
import type { Answered, ProductCache } from './product-cache.js';
import { type Found, type LookupOptions, type ProductLookup, toAnswerKey } from './product-lookup.js';
import type { Upstream } from './upstream.js';

/** How often the answer is looked for that another machine fetches. */
const POLL_MS = 250;

export interface SharedLookupOptions {
  /** Asks the upstream, joining what this process asks already. */
  readonly lookup: ProductLookup;
  readonly cache: ProductCache;
  readonly answers: AnswerStore;
  readonly clock: Pick<Clock, 'now' | 'wait' | 'repeat'>;
}

/** An id that has no answer yet. */
interface Asked {
  readonly at: number;
  readonly id: ProductId;
  /** In this process. */
  readonly key: string;
  /** Over all machines: with where the upstream is and which key it is asked with. */
  readonly sharedKey: string;
}

type Settled = Found | BijiaError;

/**
 * Looks products up for several machines: what one of them has learnt lately, the others do not ask again, and what one
 * is asking, the others wait for. Memory first; without the shared answers each machine asks by itself.
 */
export function createSharedLookup(options: SharedLookupOptions): ProductLookup {
  return async (upstream, ids, lookupOptions) => new SharedLookup(options, upstream, lookupOptions).run(ids);
}

class SharedLookup {
  readonly #options: SharedLookupOptions;
  readonly #upstream: Upstream;
  readonly #lookupOptions: LookupOptions;
  readonly #settled: Settled[] = [];

  constructor(options: SharedLookupOptions, upstream: Upstream, lookupOptions: LookupOptions) {
    this.#options = options;
    this.#upstream = upstream;
    this.#lookupOptions = lookupOptions;
  }

  async run(ids: readonly ProductId[]): Promise<Settled[]> {
    const all = ids.map((id, at) => this.#toAsked(id, at, ids.length));
    const isKnown = ({ key }: Asked) =>
      !this.#lookupOptions.fresh && this.#options.cache.get(key) !== undefined;
    const inMemory = all.filter(isKnown);
    if (inMemory.length > 0) await this.#ask(inMemory);
    await this.#settleAll(all.filter((one) => !this.#settled[one.at]));
    return ids.map((_, at) => this.#settled[at] ?? new CancelledError());
  }

  async #settleAll(all: readonly Asked[]): Promise<void> {
    // Who wants a new answer asks, and tells the others.
    if (this.#lookupOptions.fresh) return this.#lead(all);
    for (let open = all; open.length > 0 && !this.#lookupOptions.signal?.aborted; ) {
      const boarded = await this.#board(open);
      if (!boarded) return this.#ask(open);
      const pick = (kind: Boarded['kind']) => open.filter((_, index) => boarded[index]?.kind === kind);
      open.forEach((one, index) => {
        const found = boarded[index];
        if (found?.kind === 'known') this.#take(one, found.body);
      });
      const [leads, follows] = [pick('leads'), pick('follows')];
      if (leads.length > 0) await this.#lead(leads);
      else if (follows.length > 0) await this.#wait(follows, boarded);
      open = follows.filter(({ at }) => !this.#settled[at]);
    }
  }

  /** @returns undefined where the shared answers cannot be reached: whether a call may leave is for the permits to say */
  async #board(open: readonly Asked[]): Promise<readonly Boarded[] | undefined> {
    const keys = open.map(({ sharedKey }) => sharedKey);
    try {
      return await this.#options.answers.board(keys, this.#lookupOptions.lane);
    } catch (error) {
      if (error instanceof StateError) return undefined;
      throw error;
    }
  }

  async #lead(leads: readonly Asked[]): Promise<void> {
    if (leads.length === 0) return;
    const { answers, clock } = this.#options;
    const keys = leads.map(({ sharedKey }) => sharedKey);
    const stop = clock.repeat(answers.leaseMs / 3, () => void answers.renew(keys));
    const onPermit = () => {
      void answers.depart(keys);
      this.#lookupOptions.onPermit?.();
    };
    try {
      await this.#ask(leads, { ...this.#lookupOptions, onPermit });
    } finally {
      stop();
      await Promise.all(
        leads.map(({ at, sharedKey }) => answers.land(sharedKey, this.#format(this.#settled[at]))),
      );
    }
  }

  async #ask(asked: readonly Asked[], options = this.#lookupOptions): Promise<void> {
    const ids = asked.map(({ id }) => id);
    const found = await this.#options.lookup(this.#upstream, ids, options);
    asked.forEach(({ at }, index) => {
      this.#settled[at] = found[index] ?? new CancelledError();
    });
  }

  /** Those who wait for another machine's permit are told how long that may take, as for one of their own. */
  async #wait(follows: readonly Asked[], boarded: readonly Boarded[]): Promise<void> {
    const { onWait, signal, lane } = this.#lookupOptions;
    if (onWait && boarded.some((one) => one.kind === 'follows' && !one.hasDeparted)) {
      try {
        const { waitMs } = await this.#upstream.limiter.status();
        if (waitMs(lane) > 0) onWait(waitMs(lane));
      } catch (error) {
        for (const { at } of follows) this.#settled[at] = toBijiaError(error);
        return;
      }
    }
    await this.#options.clock.wait(POLL_MS, signal);
  }

  #take({ at, key }: Asked, body: string): void {
    const { answered, isSandbox } = parseAnswer(body);
    if (isSandbox) this.#upstream.markSandbox();
    this.#options.cache.set(key, answered);
    const { facts, ...rest } = answered;
    this.#settled[at] = facts instanceof NotFoundError ? facts : { ...rest, facts, cached: true };
  }

  /** @returns undefined for what the next one has to ask again */
  #format(settled: Settled | undefined): string | undefined {
    const sandbox = this.#upstream.isSandbox || undefined;
    if (settled instanceof NotFoundError) {
      const { message, code, facts, detail } = settled;
      const notFound = { message, code, facts, detail };
      return JSON.stringify({
        notFound,
        fetchedAtMs: this.#options.clock.now(),
        sandbox,
      } satisfies SharedAnswer);
    }
    if (!settled || settled instanceof Error || settled.facts.incomplete) return undefined;
    const { facts, fetchedAtMs, receipt } = settled;
    return JSON.stringify({ facts, fetchedAtMs, receipt, sandbox } satisfies SharedAnswer);
  }

  #toAsked(id: ProductId, at: number, idCount: number): Asked {
    const { detail, raw } = this.#lookupOptions;
    const key = toAnswerKey(this.#upstream, id, { detail, raw, idCount });
    return { at, id, key, sharedKey: `${this.#upstream.identity}|${key}` };
  }
}

/** What is written: facts, or that there is no such product, and whether it was made up. */
interface SharedAnswer {
  readonly facts?: ProductFacts;
  readonly notFound?: Pick<NotFoundError, 'message' | 'code' | 'facts' | 'detail'>;
  readonly fetchedAtMs: number;
  readonly receipt?: Receipt;
  readonly sandbox?: true;
}

function parseAnswer(body: string): { readonly answered: Answered; readonly isSandbox: boolean } {
  const { facts, notFound, fetchedAtMs, receipt, sandbox } = JSON.parse(body) as SharedAnswer;
  const found = facts ?? new NotFoundError(notFound?.message ?? '', notFound);
  return { answered: { facts: found, fetchedAtMs, receipt }, isSandbox: sandbox === true };
}
