/** How updates come in: the bot asks for them, or Telegram brings them. */
export interface UpdateSource {
  /** Whether updates would come in now. */
  readonly isAlive: () => boolean;
  /** Rejects when no update will ever come in again. */
  readonly ended: Promise<void>;
  /** Takes no further updates; those taken go on. */
  readonly stop: () => Promise<void>;
}
