import { describe, expect, it } from 'vitest';
import { type FakeBotApi, refuse, throttled } from '../index.js';
import { call, startApi, TOKEN } from './support.js';

describe('planned faults', () => {
  const send = (api: FakeBotApi, chat_id: number) => call(api, 'sendMessage', { chat_id, text: 'a' });
  const outcome = (answer: Promise<unknown>) => answer.then(() => 'answered').catch(() => 'failed');

  it('meet the next calls of the method, in order, and no others', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const handle = api.faults.plan('sendMessage', refuse(500, 'Internal Server Error'), { times: 2 });
    api.faults.plan('sendMessage', throttled(7));
    expect(await call(api, 'getMe')).toMatchObject({ ok: true });
    expect(await send(api, chat.id)).toMatchObject({ error_code: 500 });
    expect(await send(api, chat.id)).toMatchObject({ error_code: 500 });
    expect(await send(api, chat.id)).toMatchObject({ error_code: 429, parameters: { retry_after: 7 } });
    expect(await send(api, chat.id)).toMatchObject({ ok: true });
    expect(handle.count()).toBe(2);
  });

  it('can be limited to some calls, and taken back', async () => {
    const api = await startApi();
    const [one, two] = [api.chat(api.user()), api.chat(api.user())];
    const handle = api.faults.plan('*', refuse(400, 'x'), {
      times: Number.POSITIVE_INFINITY,
      when: ({ chat_id }) => chat_id === one.id,
    });
    expect(await send(api, two.id)).toMatchObject({ ok: true });
    expect(await send(api, one.id)).toMatchObject({ ok: false });
    handle.stop();
    expect(await send(api, one.id)).toMatchObject({ ok: true });
  });

  it.each([
    ['reset', 'failed', 0],
    ['lost-answer', 'failed', 1],
    ['slow', 'answered', 1],
    ['page', 'failed', 0],
  ] as const)('of kind %s let a call be %s and post %i messages', async (kind, expected, posted) => {
    const api = await startApi();
    const chat = api.chat(api.user());
    api.faults.plan('sendMessage', { kind, delayMs: 5, status: 502 });
    expect(await outcome(send(api, chat.id))).toBe(expected);
    expect(chat.messages()).toHaveLength(posted);
  });

  it.each([
    ['hang', 0],
    ['late', 1],
  ] as const)('of kind %s never answer', async (kind, posted) => {
    const api = await startApi();
    const chat = api.chat(api.user());
    api.faults.plan('sendMessage', { kind });
    const sending = outcome(send(api, chat.id));
    await api.waitForRequest('sendMessage', ({ fault }) => fault === kind);
    expect(chat.messages()).toHaveLength(posted);
    await api.close();
    expect(await sending).toBe('failed');
  });

  it('meet downloads too', async () => {
    const api = await startApi();
    const { message } = api.chat(api.user()).sendDocument('a', 'a.txt');
    const { result } = await call(api, 'getFile', { file_id: message.document?.file_id });
    api.faults.plan('download', refuse(502, 'Bad Gateway'));
    const url = `${api.origin}/file/bot${TOKEN}/${(result as { file_path: string }).file_path}`;
    expect((await fetch(url)).status).toBe(502);
    expect((await fetch(url)).status).toBe(200);
  });
});
