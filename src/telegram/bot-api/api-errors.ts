import { BotError, GrammyError, HttpError } from 'grammy';
import { BijiaError } from '../../core/index.js';

/** Telegram's refusals, told apart by their words: there are no finer codes. */
const NOT_MODIFIED = /message is not modified/i;
const QUERY_TOO_OLD = /query is too old|query ID is invalid/i;
const CHAT_IS_GONE =
  /blocked by the user|user is deactivated|chat not found|chat was (?:deleted|deactivated)|bot was kicked|not a member|bot can't initiate/i;
const TOPIC_IS_GONE = /message thread not found|TOPIC_(?:CLOSED|DELETED)/i;

export function isNotModified(error: unknown): boolean {
  return error instanceof GrammyError && NOT_MODIFIED.test(error.description);
}

/** A press that nobody waits for any more. */
export function isQueryTooOld(error: unknown): boolean {
  return error instanceof GrammyError && QUERY_TOO_OLD.test(error.description);
}

/** Nothing can be sent there until a person does something about it. */
export function isChatGone(error: unknown): boolean {
  return error instanceof GrammyError && CHAT_IS_GONE.test(error.description);
}

/** The chat is there, and the topic in it is not, or takes no messages. */
export function isTopicGone(error: unknown): boolean {
  return error instanceof GrammyError && TOPIC_IS_GONE.test(error.description);
}

/** Telegram hands no file over 20 MB to a bot, also where it did not say how large it is. */
export function isFileTooBig(error: unknown): boolean {
  return error instanceof GrammyError && /file is too big/i.test(error.description);
}

/** The supergroup that a group has become; it has another id. */
export function findNewChatId(error: unknown): number | undefined {
  return error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
}

/** How long Telegram, or our own pace, wants nothing more in that chat; undefined for every other error. */
export function findPauseMs(error: unknown): number | undefined {
  const isTooMany = error instanceof GrammyError && error.error_code === 429;
  return isTooMany ? (error.parameters.retry_after ?? 1) * 1000 : undefined;
}

/** Telegram understood the request and did not carry it out: it may be made in another way. */
export function isRefused(error: unknown): boolean {
  return error instanceof GrammyError && (error.error_code === 400 || error.error_code === 413);
}

/** Codes of a connection that never came about: nothing of the request has left. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Telegram never saw the request: it may be made again without fear of doing it twice. */
export function isUnsent(error: unknown): boolean {
  const cause = error instanceof HttpError ? error.error : error;
  return cause instanceof Error && 'code' in cause && NOT_CONNECTED.has(String(cause.code));
}

/**
 * What to log of an error. Never the error itself: grammY's carry the request, whose address holds the token, and the
 * whole update.
 */
export function describeError(error: unknown): string {
  if (error instanceof BotError) return describeError(error.error);
  if (error instanceof GrammyError) return `${error.method}: ${error.error_code} ${error.description}`;
  if (error instanceof HttpError) return `${error.message} ${describeCause(error.error)}`;
  if (error instanceof BijiaError) return `${error.code}: ${error.detail ?? error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function describeCause(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return code ?? (error instanceof Error ? error.message : '');
}
