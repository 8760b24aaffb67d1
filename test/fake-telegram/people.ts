import type { Chat, User } from 'grammy/types';
import { type ChatDriver, createChatDriver } from './chat-driver.js';
import type { ChatState } from './chat-state.js';
import { announceMove } from './chat-writing.js';
import type { Stage } from './stage.js';

export interface GroupOptions {
  readonly title: string;
  readonly members: readonly User[];
  readonly type?: 'group' | 'supergroup' | 'channel';
  /** Of its members; in a channel, only they can post. */
  readonly admins?: readonly User[];
  /** Of a forum. */
  readonly topics?: readonly number[];
}

export interface Group {
  readonly id: number;
  /** The group as one of its members uses it. */
  readonly as: (member: User) => ChatDriver;
  /** The group as one of its admins uses it who writes as the group itself. */
  readonly asGroup: () => ChatDriver;
  /** The group as somebody uses it who writes as a channel. */
  readonly asChannel: (channelId: number) => ChatDriver;
  /** Makes it a supergroup, which has another id and begins to number its messages again. */
  readonly upgrade: (by: User, options?: UpgradeOptions) => Group;
}

export interface UpgradeOptions {
  /** The bot never gets the message about it. */
  readonly isUnannounced?: boolean;
}

/** Those who write to the bot. */
export interface People {
  /** A person; nothing happens yet. */
  readonly user: (details?: Partial<User>) => User;
  /** The private chat of a person with the bot. */
  readonly chat: (user: User) => ChatDriver;
  readonly group: (options: GroupOptions) => Group;
}

const FIRST_USER_ID = 5_000_001;
const FIRST_GROUP_ID = 1_001;
/** Identifiers of supergroups begin below this number. */
const SUPERGROUPS_BELOW = -1_000_000_000_000;

export function createPeople(stage: Stage): People {
  let people = 0;
  let groups = 0;
  const openGroup = (options: GroupOptions): ChatState => {
    const { title, members, type = 'supergroup', admins = [], topics = [] } = options;
    const number = FIRST_GROUP_ID + groups;
    groups += 1;
    const id = type === 'group' ? -number : SUPERGROUPS_BELOW - number;
    const chat = stage.world.openChat({ id, type, title }, members);
    for (const admin of admins) chat.admins.add(admin.id);
    for (const topic of topics) chat.topics.add(topic);
    return chat;
  };
  const describeGroup = (chat: ChatState): Group => ({
    id: chat.json.id,
    as: (user) => createChatDriver({ stage, chat, user }),
    asGroup: () =>
      createChatDriver({ stage, chat, user: createStandIn(1_087_968_824, 'Group'), senderChat: chat.json }),
    asChannel: (id) => {
      const senderChat = { id, type: 'channel' as const, title: 'Channel' };
      return createChatDriver({ stage, chat, user: createStandIn(136_817_688, 'Channel'), senderChat });
    },
    upgrade: (user, { isUnannounced = false } = {}) => {
      const members = [...chat.members.values()];
      const moved = openGroup({ title: chat.json.title ?? '', members });
      chat.migratedTo = moved.json.id;
      if (!isUnannounced) announceMove(stage, user, chat, moved);
      return describeGroup(moved);
    },
  });
  return {
    user: (details = {}) => {
      const id = FIRST_USER_ID + people;
      people += 1;
      return { id, is_bot: false, first_name: `Person${people}`, language_code: 'zh-hans', ...details };
    },
    chat: (user) => {
      const chat = stage.world.openChat(privateChat(user), [user]);
      return createChatDriver({ stage, chat, user });
    },
    group: (options) => describeGroup(openGroup(options)),
  };
}

/** Whom Telegram names as the sender of what is written as a chat. */
function createStandIn(id: number, first_name: string): User {
  return { id, is_bot: true, first_name };
}

function privateChat({ id, first_name, last_name, username }: User): Chat {
  return {
    id,
    type: 'private',
    first_name,
    ...(last_name !== undefined && { last_name }),
    ...(username !== undefined && { username }),
  };
}
