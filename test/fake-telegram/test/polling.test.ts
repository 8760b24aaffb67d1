import { describe, expect, it } from 'vitest';
import type { FakeBotApi } from '../index.js';
import { call, startApi, TOKEN } from './support.js';

const ENDED_BY_OTHER =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';

async function poll(api: FakeBotApi, parameters: object = {}): Promise<number[]> {
  const { result } = await call(api, 'getUpdates', { ...parameters });
  return (result as { update_id: number }[]).map(({ update_id }) => update_id);
}

describe('getUpdates', () => {
  it('gives the same updates again until an offset confirms them', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const [first, second] = [chat.send('a'), chat.send('b')].map(({ update }) => update?.updateId ?? 0);
    expect(await poll(api)).toEqual([first, second]);
    expect(await poll(api)).toEqual([first, second]);
    expect(await poll(api, { limit: 1 })).toEqual([first]);
    expect(await poll(api, { offset: second })).toEqual([second]);
    expect(await poll(api, { offset: (second ?? 0) + 1 })).toEqual([]);
    expect(await poll(api)).toEqual([]);
  });

  it('keeps only the last ones for a negative offset', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const ids = ['a', 'b', 'c'].map((text) => chat.send(text).update?.updateId);
    expect(await poll(api, { offset: -2 })).toEqual(ids.slice(1));
    expect(await poll(api)).toEqual(ids.slice(1));
  });

  it('waits for the next update and answers at once when it comes', async () => {
    const api = await startApi();
    const waiting = poll(api, { timeout: 30 });
    await api.waitForRequest('getUpdates');
    const { update } = api.chat(api.user()).send('a');
    expect(await waiting).toEqual([update?.updateId]);
  });

  it('answers with nothing after the timeout', async () => {
    const api = await startApi();
    const startedAt = performance.now();
    expect(await poll(api, { timeout: 1 })).toEqual([]);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  it('ends the first of two waiting pollers with 409', async () => {
    const api = await startApi();
    const first = call(api, 'getUpdates', { timeout: 30 });
    await api.waitForRequest('getUpdates');
    const second = call(api, 'getUpdates', { timeout: 30 });
    expect(await first).toEqual({ ok: false, error_code: 409, description: ENDED_BY_OTHER });
    api.chat(api.user()).send('a');
    expect(await second).toMatchObject({ ok: true });
  });

  it('loses nothing to a poller that has hung up', async () => {
    const api = await startApi();
    const gone = new AbortController();
    const url = `${api.origin}/bot${TOKEN}/getUpdates?timeout=30`;
    const polling = fetch(url, { signal: gone.signal }).catch(() => 'hung up');
    await api.waitForRequest('getUpdates');
    gone.abort();
    expect(await polling).toBe('hung up');
    const { update } = api.chat(api.user()).send('a');
    expect(await poll(api, { timeout: 1 })).toEqual([update?.updateId]);
  });

  it('delivers a duplicate with the same id, also after it was confirmed', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const { update } = chat.send('a', { isDuplicated: true });
    const id = update?.updateId ?? 0;
    expect(await poll(api)).toEqual([id, id]);
    expect(await poll(api, { offset: id + 1 })).toEqual([]);
    if (update) api.repeat(update);
    expect(await poll(api, { offset: id + 1 })).toEqual([id]);
    expect(update?.deliveredAtMs).toHaveLength(3);
  });

  it('queues only the kinds that the bot asks for', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    await poll(api, { allowed_updates: ['message'] });
    const sent = chat.send('a');
    expect(sent.update).toBeDefined();
    expect(chat.edit(sent, 'b').update).toBeUndefined();
    await poll(api, { allowed_updates: [] });
    expect(chat.edit(sent, 'c').update).toBeDefined();
  });

  it('shows old messages as old', async () => {
    const api = await startApi({ now: () => 1_790_000_000_500 });
    const { message } = api.chat(api.user()).send('a', { sentAgoMs: 600_000 });
    expect(message.date).toBe(1_789_999_400);
  });
});

describe('privacy mode in a group', () => {
  it('shows the bot commands, mentions and replies, and nothing else', async () => {
    const api = await startApi();
    const ann = api.user();
    const group = api.group({ title: '比价', members: [ann] });
    const own = await call(api, 'sendMessage', { chat_id: group.id, text: 'hello' });
    const { message_id } = own.result as { message_id: number };
    const chat = group.as(ann);
    const isSeen = (text: string) => chat.send(text).update !== undefined;
    expect(isSeen('https://item.jd.com/100012043978.html')).toBe(false);
    expect(isSeen('/batch')).toBe(true);
    expect(isSeen('/batch@bijia_test_bot')).toBe(true);
    expect(isSeen('/batch@other_bot')).toBe(false);
    expect(isSeen('look @bijia_test_bot https://item.jd.com/1.html')).toBe(true);
    expect(chat.reply({ id: message_id }, '100012043978').update).toBeDefined();
  });
});
