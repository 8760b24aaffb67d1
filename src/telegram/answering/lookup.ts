import type { Message } from 'grammy/types';
import type { GetOptions, NotedRef, Reservation, Result } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import { type Asked, addressOf, type BotContext, type BotParts } from '../bot-context.js';
import { type Address, sendText } from '../cards/card-sender.js';
import { toShownProduct } from '../cards/confidential.js';

/** A shorter wait is over before anybody has read about it. */
const WORTH_TELLING_MS = 800;

export interface Asking extends Pick<Asked, 'texts' | 'isAdmin' | 'isPrivate'> {
  readonly userId: number;
  /** Where to say that it takes a while. */
  readonly address: Address;
}

/** On behalf of the person who sent or pressed something. */
export function toAsking(ctx: BotContext, userId: number): Asking {
  const { texts, isAdmin, isPrivate } = ctx;
  return { texts, isAdmin, isPrivate, userId, address: addressOf(ctx) };
}

type LookupParts = Pick<BotParts, 'core' | 'api' | 'usage' | 'log'>;
type LookupOptions = Pick<GetOptions, 'fresh' | 'signal'>;

/**
 * Asks for products on behalf of a person: before any batch, counted against the person's day, and with word at once
 * when the quota makes it wait. What this person may not see is left out.
 * @returns in order; without those that are not cached and that the person's day has no call left for
 */
export async function lookUp(
  parts: LookupParts,
  asking: Asking,
  refs: readonly NotedRef[],
  options: LookupOptions,
): Promise<Result[]> {
  // A reference may cost a call.
  const forAll = await parts.usage.reserve(asking.userId, refs.length);
  if (forAll.calls === refs.length) return ask(parts, asking, refs, { ...options, reservation: forAll });
  // Without any time, only what is cached comes back.
  const atOnce = { ...options, signal: AbortSignal.abort(), reservation: forAll };
  const known = await ask(parts, asking, refs, atOnce);
  const missing = refs.filter((_, place) => known[place]?.outcome === 'cancelled');
  const reservation = await parts.usage.reserve(asking.userId, missing.length);
  const wanted = missing.slice(0, reservation.calls);
  const answers = await ask(parts, asking, wanted, { ...options, reservation });
  return refs.flatMap((ref, place) => {
    const result = missing.includes(ref) ? answers[wanted.indexOf(ref)] : known[place];
    return result ?? [];
  });
}

async function ask(
  { core, api, log }: LookupParts,
  asking: Asking,
  refs: readonly NotedRef[],
  { reservation, ...options }: LookupOptions & { readonly reservation: Reservation },
): Promise<Result[]> {
  const notice = createWaitNotice(asking, { api, log });
  try {
    const results = await core.lookUp(refs, {
      ...options,
      detail: 'full',
      lane: 'interactive',
      onPermit: reservation.spend,
      onWait: notice.show,
    });
    for (const { error } of results) {
      if (error?.code === 'internal_error') log.error('a lookup failed', { detail: describeError(error) });
    }
    return results.map(({ product, ...result }) =>
      product ? { ...result, product: toShownProduct(product, asking) } : result,
    );
  } finally {
    await reservation.release();
    notice.remove();
  }
}

/** Says once how long it takes, and takes that back when it is over. */
export function createWaitNotice({ texts, address }: Asking, { api, log }: Pick<BotParts, 'api' | 'log'>) {
  let shown: Promise<Message | undefined> | undefined;
  const fail = (error: unknown) => {
    log.warn('a notice failed', { detail: describeError(error) });
    return undefined;
  };
  return {
    show: (waitMs: number) => {
      if (waitMs < WORTH_TELLING_MS || shown) return;
      shown = sendText(api, address, texts.notices.waiting(texts.duration(waitMs))).catch(fail);
    },
    remove: () => {
      void shown
        ?.then((message) => message && api.deleteMessage(address.chatId, message.message_id))
        .catch(fail);
    },
  };
}
