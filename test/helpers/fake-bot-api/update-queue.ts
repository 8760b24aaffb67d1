import type { UpdateKind } from './parameter-types.js';
import { conflict } from './refusal.js';

export interface UpdateRecord {
  readonly updateId: number;
  readonly kind: UpdateKind;
  /** The update as it is delivered. */
  readonly json: Readonly<Record<string, unknown>> & { readonly update_id: number };
  /** Updates with equal keys are delivered over a webhook one after the other. */
  readonly chatKey: number;
  /** Monotonic milliseconds of each delivery, comparable with the request log. */
  readonly deliveredAtMs: number[];
}

export interface PollRequest {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutS: number;
  /** Aborted when the poller goes away. */
  readonly signal: AbortSignal;
}

export interface UpdateQueue {
  /** All updates ever, delivered or not. */
  readonly records: readonly UpdateRecord[];
  /** Queues an update, unless the bot does not want this kind. */
  readonly push: (kind: UpdateKind, content: unknown, chatKey: number) => UpdateRecord | undefined;
  /** Delivers an update once more, with the same id, whatever has been confirmed. */
  readonly repeat: (update: UpdateRecord) => void;
  /**
   * Long poll. Confirms what is below the offset, then answers at once or waits.
   *
   * @throws {Refusal} 409 to the one who waited, when another begins to wait or a webhook is set.
   */
  readonly poll: (request: PollRequest) => Promise<UpdateRecord[]>;
  readonly endPoll: (words: string) => void;
  /** Takes one delivery of an update off the queue. */
  readonly confirm: (update: UpdateRecord) => void;
  readonly dropPending: () => void;
  /** Not yet confirmed, in order. */
  readonly pending: () => readonly UpdateRecord[];
  /** An empty list means the default kinds. */
  readonly allow: (kinds: readonly UpdateKind[]) => void;
  readonly allowed: () => readonly UpdateKind[];
  /** Called whenever there is something to deliver. */
  onPush: () => void;
}

interface Waiting {
  readonly limit: number;
  readonly settle: (updates: UpdateRecord[]) => void;
  readonly refuse: (words: string) => void;
}

/** Kinds that a bot gets only when it names them. */
const ON_DEMAND = new Set<UpdateKind>(['chat_member', 'message_reaction', 'message_reaction_count']);
export const ENDED_BY_OTHER =
  'terminated by other getUpdates request; make sure that only one bot instance is running';

export function createUpdateQueue(firstUpdateId = 100_001): UpdateQueue {
  const records: UpdateRecord[] = [];
  let pending: UpdateRecord[] = [];
  /** Delivered once more before anything else; an offset does not confirm them. */
  let repeats: UpdateRecord[] = [];
  let allowed: readonly UpdateKind[] = [];
  let waiting: Waiting | undefined;

  const take = (limit: number) => {
    const taken = [...repeats, ...pending].slice(0, limit);
    repeats = repeats.slice(limit);
    for (const update of taken) update.deliveredAtMs.push(performance.now());
    return taken;
  };

  const announce = () => {
    queue.onPush();
    waiting?.settle(take(waiting.limit));
  };

  const confirmBelow = (offset: number) => {
    if (offset < 0) pending = pending.slice(offset);
    if (offset > 0) pending = pending.filter(({ updateId }) => updateId >= offset);
  };

  const wait = ({ limit, timeoutS, signal }: PollRequest) =>
    new Promise<UpdateRecord[]>((resolve, reject) => {
      queue.endPoll(ENDED_BY_OTHER);
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        if (waiting === own) waiting = undefined;
      };
      const settle = (updates: UpdateRecord[]) => {
        finish();
        resolve(updates);
      };
      const refuse = (words: string) => {
        finish();
        reject(conflict(words));
      };
      const leave = () => settle([]);
      const own = { limit, settle, refuse };
      const timer = setTimeout(leave, timeoutS * 1000);
      signal.addEventListener('abort', leave);
      waiting = own;
    });

  const queue: UpdateQueue = {
    records,
    push: (kind, content, chatKey) => {
      const isWanted = allowed.length === 0 ? !ON_DEMAND.has(kind) : allowed.includes(kind);
      if (!isWanted) return undefined;
      const updateId = firstUpdateId + records.length;
      const json = { update_id: updateId, [kind]: content };
      const record: UpdateRecord = { updateId, kind, json, chatKey, deliveredAtMs: [] };
      records.push(record);
      pending.push(record);
      announce();
      return record;
    },
    repeat: (update) => {
      repeats.push(update);
      announce();
    },
    poll: async (request) => {
      confirmBelow(request.offset);
      const updates = take(request.limit);
      return updates.length > 0 || request.timeoutS === 0 ? updates : wait(request);
    },
    endPoll: (words) => waiting?.refuse(words),
    confirm: (update) => {
      if (repeats.includes(update)) repeats.splice(repeats.indexOf(update), 1);
      else pending = pending.filter((other) => other !== update);
    },
    dropPending: () => {
      pending = [];
      repeats = [];
    },
    pending: () => [...repeats, ...pending],
    allow: (kinds) => {
      allowed = kinds;
    },
    allowed: () => allowed,
    onPush: () => {},
  };
  return queue;
}
