import type { Chat, User } from 'grammy/types';
import type { ChatState } from './chat-state.js';
import type { FileStore } from './file-store.js';
import type { OpenQueries } from './methods/answering.js';
import type { UpdateKind } from './parameter-types.js';
import type { UpdateQueue, UpdateRecord } from './update-queue.js';
import type { World } from './world.js';

/** All that people and bot act upon. */
export interface Stage {
  readonly world: World;
  readonly updates: UpdateQueue;
  readonly files: FileStore;
  readonly queries: OpenQueries;
}

/** One person in one chat. */
export interface Actor {
  readonly stage: Stage;
  readonly chat: ChatState;
  readonly user: User;
  /** Whom the person writes as. */
  readonly senderChat?: Chat;
}

/** Lets a person's act be known to the bot; what the bot does from here on counts as its reaction. */
export function act({ stage, chat }: Actor, kind: UpdateKind, content: unknown): UpdateRecord | undefined {
  chat.lastActRevision = stage.world.changes.note();
  return stage.updates.push(kind, content, chat.json.id);
}
