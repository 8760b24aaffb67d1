import type { Api } from 'grammy';
import type { Core, Logger } from '../core/index.js';
import type { Access } from './access.js';
import type { CardSender } from './cards/card-sender.js';
import type { Languages } from './languages.js';
import type { Tasks } from './tasks.js';
import type { Usage } from './usage.js';

/** What the features of the bot share. */
export interface BotParts {
  readonly core: Core;
  /** Waits when Telegram says so, and tries again. */
  readonly api: Api;
  /** For what is outdated a moment later: dropped when Telegram says wait. */
  readonly liveApi: Api;
  readonly access: Access;
  readonly usage: Usage;
  readonly languages: Languages;
  readonly tasks: Tasks;
  readonly cards: CardSender;
  readonly log: Logger;
  /** Upstream calls of one user in a day. */
  readonly dailyCalls: number;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Telegram's clock, by which messages are dated. */
  readonly telegramNow: () => number;
}
