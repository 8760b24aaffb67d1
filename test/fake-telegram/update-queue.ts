import { createLongPoll, type Poller } from './long-poll.js';
import type { UpdateKind } from './parameter-types.js';

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

export interface UpdateQueue {
  /** All updates ever, delivered or not. */
  readonly records: readonly UpdateRecord[];
  /** Queues an update, unless the bot does not want this kind. */
  readonly push: (kind: UpdateKind, content: unknown, chatKey: number) => UpdateRecord | undefined;
  /** Delivers an update once more, with the same id, whatever has been confirmed. */
  readonly repeat: (update: UpdateRecord) => void;
  /**
   * Confirms what is below the offset, then answers at once or waits.
   *
   * @throws {Refusal} 409 to the one who waited, when another begins to wait or a webhook is set.
   */
  readonly poll: (offset: number, poller: Poller) => Promise<UpdateRecord[]>;
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

/** Kinds that a bot gets only when it names them. */
const ON_DEMAND = new Set<UpdateKind>(['chat_member', 'message_reaction', 'message_reaction_count']);
const FIRST_UPDATE_ID = 100_001;

export function createUpdateQueue(): UpdateQueue {
  const longPoll = createLongPoll();
  const records: UpdateRecord[] = [];
  let pending: UpdateRecord[] = [];
  /** Delivered once more before anything else; an offset does not confirm them. */
  let repeats: UpdateRecord[] = [];
  let allowed: readonly UpdateKind[] = [];

  const take = (limit: number) => {
    const taken = [...repeats, ...pending].slice(0, limit);
    repeats = repeats.slice(limit);
    for (const update of taken) update.deliveredAtMs.push(performance.now());
    return taken;
  };
  const announce = () => {
    queue.onPush();
    longPoll.answer(take);
  };
  const push = (kind: UpdateKind, content: unknown, chatKey: number) => {
    if (!isWanted(kind, allowed)) return undefined;
    const updateId = FIRST_UPDATE_ID + records.length;
    const json = { update_id: updateId, [kind]: content };
    const record: UpdateRecord = { updateId, kind, json, chatKey, deliveredAtMs: [] };
    records.push(record);
    pending.push(record);
    announce();
    return record;
  };
  const repeat = (update: UpdateRecord) => {
    repeats.push(update);
    announce();
  };
  const poll = async (offset: number, poller: Poller) => {
    pending = offset < 0 ? pending.slice(offset) : pending.filter(({ updateId }) => updateId >= offset);
    const updates = take(poller.limit);
    return updates.length > 0 || poller.timeoutS === 0 ? updates : longPoll.wait(poller);
  };
  const confirm = (update: UpdateRecord) => {
    if (repeats.includes(update)) repeats.splice(repeats.indexOf(update), 1);
    else pending = pending.filter((other) => other !== update);
  };
  const dropPending = () => {
    pending = [];
    repeats = [];
  };
  const allow = (kinds: readonly UpdateKind[]) => {
    allowed = kinds;
  };
  const state = { records, pending: () => [...repeats, ...pending], allowed: () => allowed };
  const acts = { push, repeat, poll, endPoll: longPoll.refuse, confirm, dropPending, allow };
  const queue: UpdateQueue = { ...state, ...acts, onPush: () => {} };
  return queue;
}

function isWanted(kind: UpdateKind, allowed: readonly UpdateKind[]): boolean {
  return allowed.length === 0 ? !ON_DEMAND.has(kind) : allowed.includes(kind);
}
