import { ANSWERED_ELSEWHERE } from '../call/limiter.js';
import type { Clock } from '../clock.js';
import { BijiaError, CancelledError, NotFoundError, type Receipt, toBijiaError } from '../errors.js';
import type { ProductFacts } from '../product/product.js';
import type { ProductId } from '../provider.js';
import type { AnswerStore, Boarded } from '../state/state.js';
import type { Answered, ProductCache } from './product-cache.js';
import {
  type Found,
  type LookupOptions,
  type ProductLookup,
  toAnswerKey,
  toFound,
} from './product-lookup.js';
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
    if (!this.#lookupOptions.fresh) for (const one of all) this.#recall(one);
    await this.#settleAll(all.filter((one) => !this.#settled[one.at]));
    return ids.map((_, at) => this.#settled[at] ?? new CancelledError());
  }

  #recall({ at, key }: Asked): void {
    const known = this.#options.cache.find(key);
    if (known) this.#settled[at] = toFound(known, true);
  }

  async #settleAll(all: readonly Asked[]): Promise<void> {
    const { fresh, signal } = this.#lookupOptions;
    for (let open = all; open.length > 0 && !signal?.aborted; ) {
      // Who wants a new answer asks, and tells the others.
      if (fresh) await this.#lead(open);
      else await this.#boardAndSettle(open);
      open = open.filter(({ at }) => !this.#settled[at]);
    }
  }

  /** Takes what is known, then asks for what nobody asks for, else waits a little for what others do. */
  async #boardAndSettle(open: readonly Asked[]): Promise<void> {
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
  }

  /** @returns undefined where the shared answers cannot be used: whether a call may leave, and why not, the permits say */
  async #board(open: readonly Asked[]): Promise<readonly Boarded[] | undefined> {
    const keys = open.map(({ sharedKey }) => sharedKey);
    return this.#options.answers.board(keys, this.#lookupOptions.lane).catch((error: unknown) => {
      if (error instanceof BijiaError) return undefined;
      throw error;
    });
  }

  async #lead(leads: readonly Asked[]): Promise<void> {
    if (leads.length === 0) return;
    const { answers, clock } = this.#options;
    const keys = leads.map(({ sharedKey }) => sharedKey);
    const stop = clock.repeat(answers.leaseMs / 3, () => void answers.renew(keys));
    // Who wants it fresh takes nothing of what others were answered.
    const isNeeded = this.#lookupOptions.fresh ? undefined : () => answers.depart(keys);
    try {
      await this.#ask(leads, { ...this.#lookupOptions, isNeeded });
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
      const one = found[index] ?? new CancelledError();
      // It did not leave: the answer is there, or will be.
      if (one instanceof CancelledError && one.code === ANSWERED_ELSEWHERE) return;
      this.#settled[at] = one;
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
    await this.#listen(follows, signal);
  }

  /** Until an answer is called out; who missed it looks again in a while. */
  async #listen(follows: readonly Asked[], signal: AbortSignal | undefined): Promise<void> {
    const { answers, clock } = this.#options;
    const over = new AbortController();
    const end = () => over.abort();
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    const keys = follows.map(({ sharedKey }) => sharedKey);
    await Promise.race([clock.wait(POLL_MS, over.signal), answers.hear(keys, over.signal)]);
    signal?.removeEventListener('abort', end);
    end();
  }

  #take({ at, key }: Asked, body: string): void {
    const { answered, isSandbox } = parseAnswer(body);
    if (isSandbox) this.#upstream.markSandbox();
    this.#options.cache.set(key, answered);
    this.#settled[at] = toFound(answered, true);
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
