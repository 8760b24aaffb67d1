import { describe, expect, it } from 'vitest';
import { bold, callbackButton, REFUSED, REFUSED_WITHOUT_CHAT, VIOLATIONS } from './refused-calls.js';
import { call, createHandClock, startApi } from './support.js';

/** Message 1 is Ann's, 2 the bot's text, 3 the bot's photo. */
async function startConversation() {
  const api = await startApi();
  const chat = api.chat(api.user({ first_name: 'Ann' }));
  chat.send('/start');
  await call(api, 'sendMessage', { chat_id: chat.id, text: 'first' });
  await call(api, 'sendPhoto', { chat_id: chat.id, photo: 'https://img.cn/a.jpg', caption: 'c' });
  return { api, chat };
}

describe('the fake Bot API refuses with Telegram’s words', () => {
  it('whatever is wrong with a message', async () => {
    const { api, chat } = await startConversation();
    for (const [what, method, parameters, description] of REFUSED) {
      const answer = await call(api, method, { chat_id: chat.id, ...parameters });
      expect(answer, what).toEqual({ ok: false, error_code: 400, description });
    }
    expect(chat.messages().map(({ text }) => text)).toEqual(['first', 'c']);
    expect(api.violations).toEqual([]);
  });

  it('whatever is wrong with the rest', async () => {
    const api = await startApi();
    for (const [what, method, parameters, description] of REFUSED_WITHOUT_CHAT) {
      const answer = await call(api, method, { ...parameters });
      expect(answer, what).toEqual({ ok: false, error_code: 400, description });
    }
    expect(api.violations).toEqual([]);
  });

  it('and notes what the types do not allow as a violation', async () => {
    const { api, chat } = await startConversation();
    const withChat = new Set(['sendMessage', 'editMessageText', 'sendChatAction']);
    for (const [what, method, parameters] of VIOLATIONS) {
      const known = api.violations.length;
      const answer = await call(api, method, {
        ...(withChat.has(method) && { chat_id: chat.id }),
        ...parameters,
      });
      expect(answer.ok, what).toBe(false);
      expect(api.violations, what).toHaveLength(known + 1);
    }
  });

  it('but takes what is just within the limits', async () => {
    const { api, chat } = await startConversation();
    const accepted: readonly (readonly [string, object])[] = [
      ['sendMessage', { text: 'a'.repeat(4096), reply_markup: callbackButton('x'.repeat(64)) }],
      ['sendMessage', { text: `<b>${'a'.repeat(4096)}</b>`, parse_mode: 'HTML' }],
      ['sendMessage', { text: 'ab🛒', entities: bold(0, 4) }],
      ['sendMessage', { text: 'a', reply_parameters: { message_id: 99, allow_sending_without_reply: true } }],
      ['sendPhoto', { photo: 'https://img.cn/a.jpg', caption: 'a'.repeat(1024) }],
      ['editMessageText', { message_id: 2, text: 'first', reply_markup: callbackButton('x') }],
      ['editMessageText', { message_id: 2, text: 'first' }],
      ['deleteMessage', { message_id: 2 }],
    ];
    for (const [method, parameters] of accepted) {
      expect(await call(api, method, { chat_id: chat.id, ...parameters })).toMatchObject({ ok: true });
    }
  });

  it('takes the keyboard away when an edit does not repeat it', async () => {
    const { api, chat } = await startConversation();
    await call(api, 'editMessageText', {
      chat_id: chat.id,
      message_id: 2,
      text: 'b',
      reply_markup: callbackButton('x'),
    });
    expect(chat.messages()[0]?.buttons).toHaveLength(1);
    await call(api, 'editMessageText', { chat_id: chat.id, message_id: 2, text: 'c' });
    expect(chat.messages()[0]?.buttons).toEqual([]);
  });

  it('by 403 when a person has blocked it or a group has thrown it out', async () => {
    const api = await startApi();
    const ann = api.user();
    const chat = api.chat(ann);
    const [supergroup, group] = (['supergroup', 'group'] as const).map((type) =>
      api.group({ title: '比价', members: [ann], type }),
    );
    for (const place of [chat, supergroup?.as(ann), group?.as(ann)]) place?.block();
    const ask = async (chat_id: number | undefined) =>
      (await call(api, 'sendMessage', { chat_id, text: 'a' })).description;
    expect(await ask(chat.id)).toBe('Forbidden: bot was blocked by the user');
    expect(await ask(supergroup?.id)).toBe('Forbidden: bot was kicked from the supergroup chat');
    expect(await ask(group?.id)).toBe('Forbidden: bot was kicked from the group chat');
    chat.unblock();
    expect(await ask(chat.id)).toBeUndefined();
  });

  it('by 401 a wrong token and by 404 a malformed one', async () => {
    const api = await startApi();
    const statusOf = async (path: string) => (await fetch(`${api.origin}${path}`)).status;
    expect(await statusOf('/bot123:abc/getMe')).toBe(401);
    expect(await statusOf('/botnonsense/getMe')).toBe(404);
    expect(await statusOf('/')).toBe(404);
  });

  it('a second answer to a press, and one that comes too late', async () => {
    const clock = createHandClock();
    const api = await startApi({ now: clock.now });
    const chat = api.chat(api.user());
    await call(api, 'sendMessage', { chat_id: chat.id, text: 'a', reply_markup: callbackButton('x') });
    const answer = async () => {
      const query = (await call(api, 'getUpdates', { offset: -1 })).result as {
        callback_query: { id: string };
      }[];
      return call(api, 'answerCallbackQuery', { callback_query_id: query[0]?.callback_query.id });
    };
    chat.press('x');
    expect(await answer()).toMatchObject({ ok: true });
    expect(await answer()).toMatchObject({ description: expect.stringContaining('query is too old') });
    chat.press('x');
    clock.forward(15_001);
    expect(await answer()).toMatchObject({ description: expect.stringContaining('query is too old') });
  });

  it('by 429 a 21st message or edit within a minute in a group', async () => {
    const clock = createHandClock();
    const api = await startApi({ now: clock.now, rateLimits: { perGroupPerMinute: 20 } });
    const { id: chat_id } = api.group({ title: '比价', members: [] });
    for (let message = 0; message < 19; message += 1) await call(api, 'sendMessage', { chat_id, text: 'a' });
    clock.forward(10_000);
    await call(api, 'editMessageText', { chat_id, message_id: 1, text: 'b' });
    expect(await call(api, 'sendMessage', { chat_id, text: 'a' })).toEqual({
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 50',
      parameters: { retry_after: 50 },
    });
    clock.forward(50_000);
    expect(await call(api, 'sendMessage', { chat_id, text: 'a' })).toMatchObject({ ok: true });
  });

  it('to delete after 48 hours', async () => {
    const clock = createHandClock();
    const api = await startApi({ now: clock.now });
    const { id: chat_id } = api.chat(api.user());
    await call(api, 'sendMessage', { chat_id, text: 'a' });
    clock.forward(48 * 3600 * 1000 + 1000);
    expect(await call(api, 'deleteMessage', { chat_id, message_id: 1 })).toMatchObject({
      description: "Bad Request: message can't be deleted for everyone",
    });
  });
});
