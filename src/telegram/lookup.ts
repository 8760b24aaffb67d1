import type { Message } from 'grammy/types';
import type { GetOptions, ReadReference, Result } from '../core/index.js';
import { describeError } from './bot-api/api-errors.js';
import type { Asked } from './bot-context.js';
import type { BotParts } from './bot-parts.js';
import { type Address, sendText } from './cards/card-sender.js';
import { maySeeCosts, withoutCosts } from './cards/confidential.js';

/** A shorter wait is over before anybody has read of it. */
const WORTH_TELLING_MS = 800;

export interface Asking extends Pick<Asked, 'texts' | 'isAdmin' | 'isPrivate'> {
  readonly userId: number;
  /** Where to say that it takes a while. */
  readonly address: Address;
}

type LookupParts = Pick<BotParts, 'core' | 'api' | 'usage' | 'log'>;

/**
 * Asks for products on behalf of a person: before any batch, counted against the person's day, and with word at once
 * when the quota makes it wait. What this person may not see is left out.
 */
export async function lookUp(
  { core, api, usage, log }: LookupParts,
  asking: Asking,
  refs: readonly ReadReference[],
  options: Pick<GetOptions, 'fresh' | 'signal'>,
): Promise<Result[]> {
  const notice = createWaitNotice(asking, { api, log });
  try {
    const results = await core.getProducts(refs, {
      ...options,
      detail: 'full',
      lane: 'interactive',
      onPermit: () => usage.count(asking.userId),
      onWait: notice.show,
    });
    for (const { error } of results) {
      if (error?.code === 'internal_error') log.error('a lookup failed', { detail: describeError(error) });
    }
    return maySeeCosts(asking) ? results : results.map(hideCosts);
  } finally {
    notice.remove();
  }
}

function hideCosts(result: Result): Result {
  return result.product ? { ...result, product: withoutCosts(result.product) } : result;
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
