import { describe, expect, it } from 'vitest';
import { call, startApi } from './support.js';

describe('waiting', () => {
  it('looks only at what changed since the latest act, and says what was there instead', async () => {
    const api = await startApi();
    const chat = api.chat(api.user({ first_name: 'Ann' }));
    await call(api, 'sendMessage', { chat_id: chat.id, text: 'old' });
    chat.send('x');
    await expect(chat.waitForMessage('old', 10)).rejects.toThrow(
      'waited 10 ms in vain\nbijia\n  old\nAnn\n  x',
    );
    await call(api, 'editMessageText', { chat_id: chat.id, message_id: 1, text: 'old but edited' });
    expect(await chat.waitForMessage(/^old/)).toMatchObject({ edits: 1 });
  });

  it('survives a restart of the server on the same port', async () => {
    const api = await startApi();
    const { id } = api.chat(api.user());
    const port = Number(new URL(api.origin).port);
    await api.close();
    await expect(call(api, 'getMe').catch(() => 'down')).resolves.toBe('down');
    await api.start(port);
    expect(await call(api, 'getChat', { chat_id: id })).toMatchObject({ result: { id, type: 'private' } });
  });
});
