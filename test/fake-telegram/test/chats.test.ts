import { describe, expect, it } from 'vitest';
import { call, createHandClock, startApi } from './support.js';

describe('a group', () => {
  it('knows its members, and the bot until it leaves', async () => {
    const api = await startApi();
    const ann = api.user({ first_name: 'Ann' });
    const group = api.group({ title: '比价', members: [ann] });
    const statusOf = async (user_id: number) => {
      const { result, description } = await call(api, 'getChatMember', { chat_id: group.id, user_id });
      return result ? (result as { status: string }).status : description;
    };
    expect(await call(api, 'getChat', { chat_id: group.id })).toMatchObject({
      result: { id: group.id, type: 'supergroup', title: '比价' },
    });
    expect(await statusOf(ann.id)).toBe('member');
    expect(await statusOf(5)).toBe('Bad Request: user not found');
    await call(api, 'leaveChat', { chat_id: group.id });
    expect(await statusOf(api.bot.id)).toBe('left');
    expect(await call(api, 'sendMessage', { chat_id: group.id, text: 'a' })).toMatchObject({
      description: 'Forbidden: bot is not a member of the supergroup chat',
    });
    expect(api.refused().map(({ status }) => status)).toEqual([400, 403]);
  });

  it('tells the bot that it is thrown out and taken back', async () => {
    const api = await startApi();
    const chat = api.group({ title: '比价', members: [] }).as(api.user({ first_name: 'Ann' }));
    const changes = [chat.block(), chat.unblock()].map((update) => update?.json['my_chat_member']);
    expect(changes).toMatchObject([
      { old_chat_member: { status: 'member' }, new_chat_member: { status: 'kicked' } },
      { old_chat_member: { status: 'kicked' }, new_chat_member: { status: 'member' } },
    ]);
    expect(api.transcript()).toBe('── 比价 ──\n· Ann blocks the bot\n· Ann unblocks the bot');
  });
});

describe('a person', () => {
  it('cannot write to a bot that she has blocked', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    chat.block();
    expect(() => chat.send('a')).toThrow('the bot is blocked here');
  });

  it('can hide a link behind words and reply to an answer', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const url = 'https://item.jd.com/1.html';
    const { message } = chat.send('看这里', { entities: [{ type: 'text_link', offset: 1, length: 2, url }] });
    expect(message.entities).toEqual([{ type: 'text_link', offset: 1, length: 2, url }]);
    await call(api, 'sendMessage', { chat_id: chat.id, text: 'hello' });
    const reply = chat.reply({ id: chat.last()?.id ?? 0 }, '/batch');
    expect(reply.message.reply_to_message?.text).toBe('hello');
    expect(chat.transcript()).toContain('(reply to “hello”)\n  /batch');
  });

  it('can ask inline, and is answered once', async () => {
    const clock = createHandClock();
    const api = await startApi({ now: clock.now });
    const question = api.chat(api.user()).askInline('iphone');
    const { result } = await call(api, 'getUpdates');
    const [{ inline_query }] = result as [{ inline_query: { id: string; query: string } }];
    expect(inline_query.query).toBe('iphone');
    const answer = { inline_query_id: inline_query.id, results: [{ type: 'article', id: '1', title: 'x' }] };
    expect(await call(api, 'answerInlineQuery', answer)).toMatchObject({ ok: true });
    expect(await question.answered()).toMatchObject({ results: [{ id: '1' }] });
    expect(await call(api, 'answerInlineQuery', answer)).toMatchObject({
      description: expect.stringContaining('query is too old'),
    });
  });

  it('sees messages disappear, and the keyboard under the input field', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    await call(api, 'sendMessage', { chat_id: chat.id, text: 'gone' });
    const keyboard = { keyboard: [['京东', { text: '拼多多' }]] };
    await call(api, 'sendMessage', { chat_id: chat.id, text: 'which?', reply_markup: keyboard });
    await call(api, 'deleteMessage', { chat_id: chat.id, message_id: 1 });
    expect(chat.transcript()).toBe('bijia\n  which?\n  ⌨ [ 京东 ] [ 拼多多 ]');
    expect(chat.messages().map(({ isDeleted }) => isDeleted)).toEqual([true, false]);
  });
});

describe('a group that becomes a supergroup', () => {
  it('refuses calls with the new id, and tells the bot in both chats', async () => {
    const api = await startApi();
    const ann = api.user();
    const group = api.group({ title: 'Deals', members: [ann], type: 'group' });
    const moved = group.upgrade(ann);
    expect(await call(api, 'sendMessage', { chat_id: group.id, text: 'hello' })).toEqual({
      ok: false,
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: moved.id },
    });
    expect(await call(api, 'sendMessage', { chat_id: moved.id, text: 'hello' })).toMatchObject({ ok: true });
    expect(api.updates.map(({ json }) => json['message'])).toEqual([
      expect.objectContaining({
        chat: expect.objectContaining({ id: group.id }),
        migrate_to_chat_id: moved.id,
      }),
      expect.objectContaining({
        chat: expect.objectContaining({ id: moved.id, type: 'supergroup' }),
        migrate_from_chat_id: group.id,
      }),
    ]);
  });
});
