import { type Api, GrammyError, HttpError } from 'grammy';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/index.js';
import { type AlertSenderOptions, createAlertSender } from '../../../src/telegram/watches/alert-sender.js';
import { MARKETPLACES, NOW_MS } from '../../helpers/telegram/products.js';

const HOUR_MS = 3_600_000;

const refuse = (error_code: number, description: string, parameters = {}) =>
  new GrammyError('no', { ok: false, error_code, description, parameters }, 'sendMessage', {});

function createAlert(rest: Partial<Alert> = {}): Alert {
  return {
    id: 'a1',
    watchId: 'w1',
    owner: 'telegram:7',
    to: 'telegram:7',
    platform: 'ab',
    productId: '100',
    url: 'https://item.alpha.example/100.html',
    title: 'A @phone',
    reason: 'below',
    price: { fen: 489_900, kind: 'coupon' },
    wasFen: 529_900,
    targetFen: 500_000,
    verdict: 'unknown',
    atMs: NOW_MS,
    ...rest,
  };
}

/** Telegram with a mind of its own, and a clock that the test sets. */
function open({
  shutOut = [],
  letIn = [],
  failure,
}: {
  shutOut?: readonly number[];
  letIn?: readonly number[];
  failure?: unknown;
} = {}) {
  const world = {
    nowMs: NOW_MS,
    failure,
    /** The only topic where it fails. */
    failsIn: undefined as number | undefined,
    sent: [] as { chatId: number; text: string; buttons: string[]; threadId?: number }[],
    paused: [] as string[],
    moved: [] as string[][],
  };
  const resultsApi = {
    sendMessage: async (chatId: number, text: string, options: Parameters<Api['sendMessage']>[2]) => {
      const threadId = options?.message_thread_id;
      if (world.failure && (world.failsIn === undefined || world.failsIn === threadId)) throw world.failure;
      const markup = options?.reply_markup;
      const rows = markup && 'inline_keyboard' in markup ? markup.inline_keyboard : [];
      const buttons = rows.flat().map((button) => button.text);
      world.sent.push({ chatId, text, buttons, ...(threadId !== undefined && { threadId }) });
      return {};
    },
  } as unknown as Api;
  const core = {
    marketplaces: MARKETPLACES,
    getPriceHistory: async () => [],
    watches: {
      pause: async (to: string) => void world.paused.push(to),
      move: async (from: string, to: string) => void world.moved.push([from, to]),
    },
  } as unknown as AlertSenderOptions['core'];
  const send = createAlertSender({
    core,
    resultsApi,
    access: {
      isAllowed: async ({ userId, chatId }) =>
        (userId !== undefined && !shutOut.includes(userId)) ||
        (chatId !== undefined && letIn.includes(chatId)),
      isAdmin: () => false,
      admins: [],
    },
    languages: {
      get: async () => 'zh',
      choose: async () => undefined,
      forget: async () => undefined,
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    now: () => world.nowMs,
  });
  return Object.assign(world, { send });
}

describe('an alert in a chat', () => {
  it('says the price, the target and what it was, with buttons', async () => {
    const world = open();
    expect(await world.send([createAlert()])).toEqual(['sent']);
    expect(world.sent).toEqual([
      {
        chatId: 7,
        text: '📉 ¥4,899（券后），不高于你定的 ¥5,000\nA @phone\n上次 ¥5,299',
        buttons: ['🛒 打开甲店', '📈 走势', '🔕 取消提醒', '💤 7 天内不提醒'],
      },
    ]);
  });

  it('comes with others as one message', async () => {
    const world = open();
    const alerts = ['1', '2', '3', '4', '5', '6'].map((id) =>
      createAlert({ id, reason: 'low', sandbox: true }),
    );
    expect(await world.send(alerts)).toEqual(alerts.map(() => 'sent'));
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.text.split('\n')).toHaveLength(8);
    expect(world.sent[0]?.text).toContain('模拟数据');
  });

  it('goes to nobody who has been shut out since', async () => {
    const world = open({ shutOut: [7] });
    expect(await world.send([createAlert()])).toEqual(['failed']);
    const shared = { to: 'telegram:-5' };
    const both = [createAlert(shared), createAlert({ ...shared, owner: 'telegram:8' })];
    expect(await world.send(both)).toEqual(['failed', 'sent']);
    expect(world.sent.map(({ chatId }) => chatId)).toEqual([-5]);
  });

  it('set by the operator goes to people and chats that are let in', async () => {
    const world = open({ shutOut: [9], letIn: [-5] });
    const toChat = (chatId: number) => createAlert({ owner: 'local', to: `telegram:${chatId}` });
    expect(await world.send([toChat(7)])).toEqual(['sent']);
    expect(await world.send([toChat(9)])).toEqual(['failed']);
    expect(await world.send([toChat(-5)])).toEqual(['sent']);
    expect(await world.send([toChat(-6)])).toEqual(['failed']);
  });

  it('of a channel goes there as long as it is let in', async () => {
    const alert = createAlert({ owner: 'telegram:-100', to: 'telegram:-100' });
    expect(await open({ letIn: [-100] }).send([alert])).toEqual(['sent']);
    expect(await open().send([alert])).toEqual(['failed']);
  });

  it('goes to the topic it was set in, and to the group when that is gone', async () => {
    const world = open({ failure: refuse(400, 'Bad Request: message thread not found') });
    world.failsIn = 46;
    const inTopic = (topic: number) => createAlert({ to: `telegram:-5/${topic}` });
    expect(await world.send([inTopic(45)])).toEqual(['sent']);
    expect(await world.send([inTopic(46)])).toEqual(['sent']);
    expect(world.sent.map(({ threadId }) => threadId)).toEqual([45, undefined]);
  });

  it('says when no price has been found for days', async () => {
    const world = open();
    await world.send([createAlert({ reason: 'lost', price: undefined, wasFen: undefined })]);
    expect(world.sent[0]?.text).toBe('⚠️ 三天没有查到价格，以后每天查一次\nA @phone');
  });

  it('waits in a group that has had six within the hour', async () => {
    const world = open();
    const alert = createAlert({ to: 'telegram:-5' });
    for (let at = 0; at < 6; at += 1) expect(await world.send([alert])).toEqual(['sent']);
    expect(await world.send([alert])).toEqual(['due']);
    world.nowMs += HOUR_MS;
    expect(await world.send([alert])).toEqual(['sent']);
  });

  it.each<[what: string, error: unknown, fate: string]>([
    ['is sent later when Telegram says wait', refuse(429, 'Too Many Requests', { retry_after: 9 }), 'due'],
    [
      'is sent later when Telegram was not reached',
      new HttpError('no', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
      'due',
    ],
    [
      'is not sent again when the answer was lost',
      new HttpError('no', new Error('socket hang up')),
      'unknown',
    ],
    ['is not sent again when Telegram itself failed', refuse(502, 'Bad Gateway'), 'unknown'],
    ['is given up when it is refused', refuse(400, 'Bad Request: chat not found'), 'failed'],
  ])('%s', async (_, failure, fate) => {
    expect(await open({ failure }).send([createAlert()])).toEqual([fate]);
  });

  it('pauses the chat that blocked the bot, and follows a group that moved', async () => {
    const world = open({ failure: refuse(403, 'Forbidden: bot was blocked by the user') });
    expect(await world.send([createAlert()])).toEqual(['failed']);
    expect(world.paused).toEqual(['telegram:7']);
    world.failure = refuse(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -100 });
    expect(await world.send([createAlert({ to: 'telegram:-5' })])).toEqual(['due']);
    expect(world.moved).toEqual([['telegram:-5', 'telegram:-100']]);
  });
});
