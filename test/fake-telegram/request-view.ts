import type { Changes } from './changes.js';
import type { RequestLog, RequestRecord } from './request-log.js';
import type { UpdateRecord } from './update-queue.js';
import { waitFor } from './waiting.js';

/** What the bot asked for. */
export interface RequestView {
  /** Every request, in order of arrival. */
  readonly requests: readonly RequestRecord[];
  readonly requestsOf: (method: string) => RequestRecord[];
  /** Requests that were refused without a planned fault: mistakes of the bot. */
  readonly refused: () => RequestRecord[];
  /** Monotonic milliseconds since when no request but a poll is open; undefined while one is. */
  readonly idleSinceMs: () => number | undefined;
  readonly waitForRequest: (
    method: string,
    match?: (request: RequestRecord) => boolean,
    timeoutMs?: number,
  ) => Promise<RequestRecord>;
  /**
   * Milliseconds from the first delivery of an update to the arrival of the bot's reaction: the next message or edit
   * in its chat, or the answer to its query. A chat action is none.
   */
  readonly replyDelayMs: (update: UpdateRecord) => number | undefined;
}

export function createRequestView({ records }: RequestLog, changes: Changes): RequestView {
  const requestsOf = (method: string) =>
    records.filter((record) => record.method.toLowerCase() === method.toLowerCase());
  const explain = () => `requests so far: ${records.map(({ method }) => method).join(', ')}`;
  return {
    requests: records,
    requestsOf,
    refused: () => records.filter(({ status = 0, fault }) => status >= 400 && fault === undefined),
    idleSinceMs: () => {
      const ends = records.filter(({ method }) => !/^getUpdates$/i.test(method)).map((one) => one.endedAtMs);
      return ends.includes(undefined) ? undefined : Math.max(0, ...ends.map(Number));
    },
    waitForRequest: (method, match = () => true, timeoutMs) =>
      waitFor(() => requestsOf(method).find(match), { changes, timeoutMs, explain }),
    replyDelayMs: (update) => {
      const [deliveredAtMs = Number.POSITIVE_INFINITY] = update.deliveredAtMs;
      const reply = records.find(
        (record) => record.receivedAtMs > deliveredAtMs && isReaction(record, update),
      );
      return reply && reply.receivedAtMs - deliveredAtMs;
    },
  };
}

function isReaction({ method, fields }: RequestRecord, { json, kind, chatKey }: UpdateRecord): boolean {
  if (/^(?:send(?!ChatAction)|edit)/i.test(method)) return Number(fields['chat_id']) === chatKey;
  const query = json[kind];
  const queryId = query !== null && typeof query === 'object' && 'id' in query ? query.id : undefined;
  return queryId !== undefined && queryId === (fields['callback_query_id'] ?? fields['inline_query_id']);
}
