import type { UserFromGetMe } from 'grammy/types';
import type { ChatState } from './chat-state.js';
import type { MessageJson } from './messages.js';

/** Privacy mode: in a group a bot sees commands, replies to it and mentions of it, service messages, and nothing else. */
export function isSeenByBot(chat: ChatState, message: MessageJson, bot: UserFromGetMe): boolean {
  if (chat.json.type === 'private') return true;
  if (chat.botStatus !== 'member') return false;
  if (chat.json.type === 'channel') return true;
  if (bot.can_read_all_group_messages || message.reply_to_message?.from?.id === bot.id) return true;
  if (message.migrate_to_chat_id !== undefined || message.migrate_from_chat_id !== undefined) return true;
  const text = message.text ?? message.caption ?? '';
  const marked = (message.entities ?? message.caption_entities ?? []).map(({ type, offset, length }) => ({
    type,
    part: text.slice(offset, offset + length).toLowerCase(),
  }));
  const name = `@${bot.username.toLowerCase()}`;
  return marked.some(
    ({ type, part }) =>
      (type === 'mention' && part === name) ||
      (type === 'bot_command' && (part.endsWith(name) || !part.includes('@'))),
  );
}
