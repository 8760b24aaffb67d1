/** The kinds of update that mean anything to this bot. */
export const ALLOWED_UPDATES = ['message', 'channel_post', 'callback_query', 'my_chat_member'] as const;

/** How updates come in: the bot asks for them, or Telegram brings them. */
export interface UpdateSource {
  /** Whether updates would come in now. */
  readonly isAlive: () => boolean;
  /** Rejects when no update will ever come in again. */
  readonly ended: Promise<void>;
  /** Takes no further updates; those taken go on. */
  readonly stop: () => Promise<void>;
}
