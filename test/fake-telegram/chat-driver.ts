import type { User } from 'grammy/types';
import { createPressing, type Pressing } from './chat-pressing.js';
import { type ChatView, createChatView } from './chat-view.js';
import { createWriting, type Writing } from './chat-writing.js';
import { type Actor, act } from './stage.js';
import type { UpdateRecord } from './update-queue.js';

/** A chat as one person uses it. */
export interface ChatDriver extends Writing, Pressing, ChatView {
  readonly id: number;
  readonly user: User;
  /** In a private chat: blocks the bot. In a group: removes it. */
  readonly block: () => UpdateRecord | undefined;
  readonly unblock: () => UpdateRecord | undefined;
}

export function createChatDriver(actor: Actor): ChatDriver {
  const view = createChatView(actor.stage, actor.chat);
  return {
    id: actor.chat.json.id,
    user: actor.user,
    ...view,
    ...createWriting(actor),
    ...createPressing(actor, view),
    block: () => setBotStatus(actor, 'kicked'),
    unblock: () => setBotStatus(actor, 'member'),
  };
}

function setBotStatus(actor: Actor, status: 'member' | 'kicked'): UpdateRecord | undefined {
  const { chat, user, stage } = actor;
  const { bot, now } = stage.world;
  const describe = (of: string) => ({ user: bot, status: of, ...(of === 'kicked' && { until_date: 0 }) });
  const change = { old_chat_member: describe(chat.botStatus), new_chat_member: describe(status) };
  chat.botStatus = status;
  const text = `${user.first_name} ${status === 'kicked' ? 'blocks' : 'unblocks'} the bot`;
  chat.events.push({ kind: 'note', text });
  return act(actor, 'my_chat_member', {
    chat: chat.json,
    from: user,
    date: Math.floor(now() / 1000),
    ...change,
  });
}
