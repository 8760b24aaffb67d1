import { ConfigError } from '../../core/index.js';

/** Numeric Telegram ids, or everybody. */
export interface IdList {
  readonly all: boolean;
  readonly ids: ReadonlySet<number>;
}

/**
 * Parses `123, -456` or `*`. Blank means nobody.
 * @throws ConfigError for anything but numeric ids, since names can be taken over by others
 */
export function parseIdList(text: string): IdList {
  const entries = text.split(/[\s,;]+/).filter((entry) => entry !== '');
  const bad = entries.find((entry) => entry !== '*' && !/^-?\d{1,16}$/.test(entry));
  if (bad !== undefined) {
    throw new ConfigError(
      'expects numeric ids separated by commas, or * for everybody; the bot tells people their id',
    );
  }
  return { all: entries.includes('*'), ids: new Set(entries.filter((entry) => entry !== '*').map(Number)) };
}

/** Who asks, and where. Either may be missing: channels have no user, inline queries no chat. */
export interface Asker {
  readonly userId?: number;
  readonly chatId?: number;
}

export interface Access {
  /** Whether anything may be done for this asker. */
  readonly isAllowed: (asker: Asker) => boolean;
  readonly isAdmin: (userId: number | undefined) => boolean;
}

export interface AccessLists {
  readonly allowedUsers: IdList;
  readonly allowedChats: IdList;
  readonly admins: IdList;
}

/** Closed unless somebody is let in: by name of the user, by the chat, or as an admin. */
export function createAccess({ allowedUsers, allowedChats, admins }: AccessLists): Access {
  const isIn = (list: IdList, id: number | undefined) => id !== undefined && (list.all || list.ids.has(id));
  return {
    isAllowed: ({ userId, chatId }) =>
      isIn(allowedUsers, userId) || isIn(admins, userId) || isIn(allowedChats, chatId),
    isAdmin: (userId) => isIn(admins, userId),
  };
}
