import { ConfigError } from '../../core/index.js';
import type { Guests } from './guests.js';

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
  /** Whether anything may be done for them. @throws StateError */
  readonly isAllowed: (asker: Asker) => Promise<boolean>;
  readonly isAdmin: (userId: number | undefined) => boolean;
  readonly admins: readonly number[];
}

export interface AccessLists {
  readonly allowedUsers: IdList;
  readonly allowedChats: IdList;
  readonly admins: IdList;
}

/** What admins decided while the bot runs. */
export type Decisions = Pick<Guests, 'readDecisions'>;

const NONE: Decisions = {
  readDecisions: async () => ({ isAllowed: () => false, isDenied: () => false }),
};

/**
 * Closed unless somebody is let in: by the id of the user or the chat, or as an admin; in the variables, or by an
 * admin at run time. Who was turned away stays out, also where everybody may come in; admins cannot be.
 */
export function createAccess(
  { allowedUsers, allowedChats, admins }: AccessLists,
  decisions: Decisions = NONE,
): Access {
  const isIn = (list: IdList, id: number | undefined) => id !== undefined && (list.all || list.ids.has(id));
  const isDecided = (is: (id: number) => boolean, ids: readonly (number | undefined)[]) =>
    ids.some((id) => id !== undefined && is(id));
  return {
    isAllowed: async ({ userId, chatId }) => {
      if (isIn(admins, userId)) return true;
      const { isAllowed, isDenied } = await decisions.readDecisions();
      if (isDecided(isDenied, [userId, chatId])) return false;
      const isNamed = isIn(allowedUsers, userId) || isIn(allowedChats, chatId);
      return isNamed || isDecided(isAllowed, [userId, chatId]);
    },
    isAdmin: (userId) => isIn(admins, userId),
    admins: [...admins.ids],
  };
}

/** Whether somebody may use the bot where they write. @throws StateError */
export async function mayUse(
  { senderId: userId, chatId }: { readonly senderId?: number; readonly chatId?: number },
  access: Pick<Access, 'isAllowed'>,
): Promise<boolean> {
  if (await access.isAllowed({ userId, chatId })) return true;
  // A chat that somebody writes as may be in either list.
  return userId !== undefined && userId < 0 && access.isAllowed({ chatId: userId });
}
