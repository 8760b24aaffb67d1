import type { User } from 'grammy/types';
import type { ChatState } from '../chat-state.js';
import type { FileStore } from '../file-store.js';
import { badRequest } from '../refusal.js';
import type { World } from '../world.js';
import type { Handlers } from './call.js';

type LookingUpMethod = 'getMe' | 'getFile' | 'getChat' | 'getChatMember' | 'leaveChat';

export function createLookingUpMethods(world: World, files: FileStore): Handlers<LookingUpMethod> {
  return {
    getMe: () => world.bot,
    getFile: ({ file_id }) => {
      if (file_id === '') throw badRequest('file_id not specified');
      return files.describe(file_id);
    },
    getChat: ({ chat_id }) => ({
      ...world.findChat(chat_id, 'read').json,
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types: {
        unlimited_gifts: false,
        limited_gifts: false,
        unique_gifts: false,
        premium_subscription: false,
        gifts_from_channels: false,
      },
    }),
    getChatMember: ({ chat_id, user_id }) => memberOf(world.findChat(chat_id, 'read'), user_id, world.bot),
    leaveChat: ({ chat_id }) => {
      const chat = world.findChat(chat_id, 'write');
      if (chat.json.type === 'private')
        throw badRequest("chat member status can't be changed in private chats");
      chat.botStatus = 'left';
      world.changes.note();
      return true;
    },
  };
}

function memberOf(
  chat: ChatState,
  userId: number,
  bot: User,
): { readonly status: string; readonly user: User } {
  if (userId === bot.id) return { status: chat.botStatus, user: bot };
  const user = chat.members.get(userId);
  if (!user) throw badRequest('user not found');
  return { status: chat.admins.has(userId) ? 'administrator' : 'member', user };
}
