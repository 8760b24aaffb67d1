import type { Chat, User } from 'grammy/types';
import type { StoredMessage } from './messages.js';

/** A button pressed by a person, and what the bot answered. */
export interface Press {
  readonly queryId: string;
  readonly user: User;
  readonly label: string;
  /** Milliseconds by the world's clock. */
  readonly pressedAt: number;
  answer?: CallbackAnswer;
}

export interface CallbackAnswer {
  readonly text: string | undefined;
  readonly showAlert: boolean;
  readonly url: string | undefined;
}

/** What happened in a chat, in the order in which a person saw it. */
export type ChatEvent =
  | { readonly kind: 'message'; readonly message: StoredMessage }
  | { readonly kind: 'press'; readonly press: Press }
  | { readonly kind: 'note'; readonly text: string };

export interface ChatState {
  readonly json: Chat;
  readonly members: Map<number, User>;
  /** Of its members, by id. */
  readonly admins: Set<number>;
  /** Of a forum. */
  readonly topics: Set<number>;
  readonly messages: Map<number, StoredMessage>;
  readonly events: ChatEvent[];
  /** Chat actions by the bot such as `typing`, in order. */
  readonly actions: string[];
  /** In a private chat `kicked` means blocked by the user. */
  botStatus: 'member' | 'kicked' | 'left';
  /** The supergroup that this group became; nothing can be done here any more. */
  migratedTo?: number;
  /** Revision of the world at the latest act of a person here. */
  lastActRevision: number;
  /** Counted per chat: two chats have messages with equal ids. */
  readonly nextMessageId: () => number;
}

export function createChatState(json: Chat): ChatState {
  let lastMessageId = 0;
  return {
    json,
    members: new Map(),
    admins: new Set(),
    topics: new Set(),
    messages: new Map(),
    events: [],
    actions: [],
    botStatus: 'member',
    lastActRevision: 0,
    nextMessageId: () => {
      lastMessageId += 1;
      return lastMessageId;
    },
  };
}

/** A message that a test names. */
export function messageIn(chat: ChatState, id: number): StoredMessage {
  const message = chat.messages.get(id);
  if (!message) throw new Error(`there is no message ${id} in this chat`);
  return message;
}
