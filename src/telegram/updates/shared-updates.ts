import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bot, Context } from 'grammy';
import type { Update } from 'grammy/types';
import { type BotFleet, type KeptUpdate, type Logger, StateError } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import { type BotContext, findSenderId } from '../bot-context.js';
import { type Access, mayUse } from '../people/access.js';
import type { Tasks } from '../tasks.js';
import { handleUpdate } from './handle-update.js';

/** Before a database that is away is asked again for the next update. */
const PAUSE_MS = 250;

export interface SharedUpdatesOptions {
  readonly fleet: BotFleet;
  readonly bot: Bot<BotContext>;
  readonly access: Pick<Access, 'isAllowed'>;
  readonly tasks: Tasks;
  readonly log: Logger;
}

/** Updates that several machines handle together: kept before they are confirmed, and each begun once, in its chat's order. */
export function createSharedUpdates(options: SharedUpdatesOptions) {
  const { fleet, bot, access, tasks, log } = options;
  const ending = new AbortController();
  // Every chat that waits for the database listens; more than ten would be reported as a leak.
  setMaxListeners(0, ending.signal);
  const handle = (update: Update) =>
    handleUpdate(bot, update).catch((error: unknown) =>
      log.error('an update failed', { updateId: update.update_id, detail: describeError(error) }),
    );

  const serve = createServing(options, handle, ending.signal);

  return {
    serve,
    /**
     * What strangers send is answered at once and never kept.
     * @throws StateError where the update may not be confirmed
     */
    take: async (update: Update): Promise<void> => {
      const context = new Context(update, bot.api, bot.botInfo);
      const { chatId } = context;
      const isKnown = await mayUse({ senderId: findSenderId(context), chatId }, access);
      if (!isKnown) return tasks.start('update', () => handle(update));
      const chat = chatId ?? context.from?.id ?? 0;
      const kept = { id: update.update_id, chat, payload: JSON.stringify(update) };
      if (await fleet.keep(kept)) serve(chat);
    },
    /** Begins no further updates. */
    stop: () => ending.abort(),
  };
}

type Handle = (update: Update) => Promise<void>;

/** Handles what waits of a chat, one update after the other, until nothing is left. */
function createServing(options: SharedUpdatesOptions, handle: Handle, ending: AbortSignal) {
  const { fleet, tasks } = options;
  /** Chats at work here, and whether something may have come since. */
  const atWork = new Map<number, { isCalled: boolean }>();

  const work = async (chat: number, call: { isCalled: boolean }) => {
    let done: number | undefined;
    do {
      call.isCalled = false;
      const next = await begin(chat, done, options, ending);
      if (next) await handle(JSON.parse(next.payload));
      done = next?.id;
    } while ((done !== undefined || call.isCalled) && !ending.aborted);
    // In the same turn as the look at the calls: a later one finds nobody at work.
    atWork.delete(chat);
    if (done !== undefined) await fleet.finish(done);
  };

  const serve = (chat: number): void => {
    const busy = atWork.get(chat);
    if (busy) {
      busy.isCalled = true;
      return;
    }
    // What waits is for the others, or the next process.
    if (ending.aborted) return;
    const call = { isCalled: false };
    atWork.set(chat, call);
    tasks.start('update', () =>
      work(chat, call).finally(() => {
        // Somebody else may be at work by now.
        if (atWork.get(chat) === call) atWork.delete(chat);
      }),
    );
  };
  return serve;
}

/** Waits while the database is away. */
async function begin(
  chat: number,
  done: number | undefined,
  { fleet, log }: SharedUpdatesOptions,
  signal: AbortSignal,
): Promise<KeptUpdate | undefined> {
  while (!signal.aborted) {
    try {
      return await fleet.begin(chat, done);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      log.warn('the next update waits for the database', { detail: describeError(error) });
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
