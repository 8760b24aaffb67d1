import { describe, expect, it } from 'vitest';
import { call, startApi, TOKEN } from './support.js';

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');

describe('a file', () => {
  it('of more than 20 MB cannot be downloaded', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const { message } = chat.sendDocument({ sizeBytes: 21 * 1024 * 1024 }, 'ids.xlsx');
    expect(message.document?.file_size).toBe(22_020_096);
    expect(await call(api, 'getFile', { file_id: message.document?.file_id })).toEqual({
      ok: false,
      error_code: 400,
      description: 'Bad Request: file is too big',
    });
  });

  it('is sent again by its identifier, as the same kind', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const { message } = chat.sendPhoto(PNG, { caption: 'look' });
    const photo = message.photo?.at(-1)?.file_id;
    expect(await call(api, 'sendPhoto', { chat_id: chat.id, photo })).toMatchObject({ ok: true });
    expect(await call(api, 'sendDocument', { chat_id: chat.id, document: photo })).toMatchObject({
      description: "Bad Request: can't use file of type Photo as Document",
    });
  });

  it('cannot be downloaded when the hour is over', async () => {
    let nowMs = 1_790_000_000_000;
    const api = await startApi({ now: () => nowMs });
    const { message } = api.chat(api.user()).sendDocument('a', 'a.txt');
    const { result } = await call(api, 'getFile', { file_id: message.document?.file_id });
    const url = `${api.origin}/file/bot${TOKEN}/${(result as { file_path: string }).file_path}`;
    expect(await (await fetch(url)).text()).toBe('a');
    nowMs += 3_600_001;
    expect((await fetch(url)).status).toBe(404);
  });
});
