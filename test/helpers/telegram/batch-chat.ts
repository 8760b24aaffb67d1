import { expect } from 'vitest';
import type { BotMessage, ChatDriver } from '../../fake-telegram/index.js';
import { createStage, type Stage } from './running-bot.js';

export const hasFile = ({ document }: BotMessage) => document !== undefined;
export const readFile = (message: BotMessage) =>
  Buffer.from(message.document?.content ?? []).toString('utf8');

/** A bot, and a chat of somebody with it. */
export async function openBatchChat({
  quota = '10000/60s',
  environment = {},
  ...api
}: {
  quota?: string;
  environment?: Record<string, string>;
  seesAllGroupMessages?: boolean;
} = {}) {
  const stage = await createStage({ quota, api });
  const bot = await stage.startBot({ JD_UNION_QUOTA: quota, JUMDATA_QUOTA: quota, ...environment });
  return { ...stage, bot, chat: stage.api.chat(stage.api.user()) };
}

/** Uploads a list and waits for the offer. */
export async function upload(chat: ChatDriver, lines: readonly string[], name = 'ids.txt') {
  chat.sendDocument(lines.join('\n'), name);
  return chat.waitForMessage('识别到');
}

export function expectNoMistakes({ api }: Pick<Stage, 'api'>) {
  expect(api.violations).toEqual([]);
  expect(api.refused()).toEqual([]);
}
