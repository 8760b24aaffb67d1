import { describe, expect, it } from 'vitest';
import type { FakeBotApi } from '../index.js';
import { parseMultipart } from '../multipart.js';
import { startApi, TOKEN } from './support.js';

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');

async function post(
  api: FakeBotApi,
  method: string,
  body: NonNullable<RequestInit['body']> | null,
  contentType?: string,
) {
  const response = await fetch(`${api.origin}/bot${TOKEN}/${method}`, {
    method: 'POST',
    body,
    ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
  });
  return (await response.json()) as { ok: boolean; description?: string };
}

/** As grammY writes it: no blank after the colon, no quotes around the file's name. */
function grammyForm(fields: Record<string, string>, file: { id: string; name: string; content: Buffer }) {
  const values = Object.entries(fields).map(
    ([name, value]) => `content-disposition:form-data;name="${name}"\r\n\r\n${value}`,
  );
  const head = `content-disposition:form-data;name="${file.id}";filename=${file.name}\r\ncontent-type:application/octet-stream\r\n\r\n`;
  const before = `--b0\r\n${[...values, head].join('\r\n--b0\r\n')}`;
  return Buffer.concat([Buffer.from(before), file.content, Buffer.from('\r\n--b0--\r\n')]);
}

describe('a request', () => {
  it('can be JSON, urlencoded, a query string or a form', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const markup = JSON.stringify({ inline_keyboard: [[{ text: 'x', callback_data: 'y' }]] });
    const fields = {
      chat_id: String(chat.id),
      text: '123',
      disable_notification: 'true',
      reply_markup: markup,
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const query = new URLSearchParams(fields);
    const answers = [
      await post(api, 'sendMessage', JSON.stringify({ chat_id: chat.id, text: '123' }), 'application/json'),
      await post(api, 'sendMessage', query),
      await post(api, `sendMessage?${query}`, null),
      await post(api, 'SENDMESSAGE', form),
    ];
    expect(answers).toEqual(Array(4).fill(expect.objectContaining({ ok: true })));
    expect(chat.messages().map(({ text, buttons }) => [text, buttons.length])).toEqual([
      ['123', 0],
      ['123', 1],
      ['123', 1],
      ['123', 1],
    ]);
    expect(api.requests.map(({ encoding }) => encoding)).toEqual([
      'json',
      'urlencoded',
      'urlencoded',
      'multipart',
    ]);
  });

  it('can carry a file with an unquoted name, referred to by attach://', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const content = Buffer.from([0, 13, 10, 45, 45, 98, 13, 10, 255]);
    const form = grammyForm(
      { chat_id: String(chat.id), document: 'attach://f1', caption: '完成' },
      { id: 'f1', name: 'bijia-a1b2.csv', content },
    );
    await post(api, 'sendDocument', form, 'multipart/form-data; boundary=b0');
    expect(chat.last()).toMatchObject({
      text: '完成',
      document: { fileName: 'bijia-a1b2.csv', mimeType: 'text/csv' },
    });
    expect(Buffer.from(chat.last()?.document?.content ?? [])).toEqual(content);
  });

  it('can carry a file under the parameter’s own name', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const form = new FormData();
    form.set('chat_id', String(chat.id));
    form.set('photo', new Blob([PNG]), 'a.png');
    expect(await post(api, 'sendPhoto', form)).toMatchObject({ ok: true });
    expect(chat.last()?.photo?.content).toHaveLength(PNG.length);
  });

  it.each([
    ['a name that is not ASCII', '结果.csv', 'a', 'Bad Request: fake: file name "结果.csv" is not ASCII'],
    ['an empty file', 'a.csv', '', 'Bad Request: file must be non-empty'],
  ])('is refused for %s', async (_what, name, content, description) => {
    const api = await startApi();
    const chat_id = String(api.chat(api.user()).id);
    const form = grammyForm(
      { chat_id, document: 'attach://f' },
      { id: 'f', name, content: Buffer.from(content) },
    );
    expect(await post(api, 'sendDocument', form, 'multipart/form-data; boundary=b0')).toMatchObject({
      description,
    });
  });

  it('is refused for a text that calls itself a photo, and for a file nobody refers to', async () => {
    const api = await startApi();
    const chat_id = String(api.chat(api.user()).id);
    const send = (photo: string) =>
      post(
        api,
        'sendPhoto',
        grammyForm({ chat_id, photo }, { id: 'f', name: 'a.jpg', content: Buffer.from('text') }),
        'multipart/form-data; boundary=b0',
      );
    expect(await send('attach://f')).toMatchObject({ description: 'Bad Request: IMAGE_PROCESS_FAILED' });
    expect(await send('https://img.cn/a.jpg')).toMatchObject({
      description: 'Bad Request: fake: file "f" is attached and not used',
    });
  });

  it('is refused when it is larger than 50 MB', async () => {
    const api = await startApi();
    const chat_id = String(api.chat(api.user()).id);
    const content = Buffer.alloc(52 * 1024 * 1024);
    const form = grammyForm({ chat_id, document: 'attach://f' }, { id: 'f', name: 'a.csv', content });
    const answer = await post(api, 'sendDocument', form, 'multipart/form-data; boundary=b0');
    expect(answer).toEqual({ ok: false, error_code: 413, description: 'Request Entity Too Large' });
  });

  it('is refused when its body is broken', async () => {
    const api = await startApi();
    expect(await post(api, 'getMe', '[1', 'application/json')).toMatchObject({
      description: "Bad Request: can't parse request parameters JSON object",
    });
    expect(await post(api, 'getMe', 'x', 'multipart/form-data; boundary=b0')).toMatchObject({
      description: 'Bad Request: boundary in multipart/form-data not found',
    });
  });
});

describe('multipart', () => {
  it('reads quoted, escaped and percent-encoded names', () => {
    const body = Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="a\\"b"\r\n\r\n1\r\n--b\r\n' +
        'content-disposition: form-data; name=f; filename="a%20b.csv"\r\nContent-Type: text/csv\r\n\r\nx\r\n--b--\r\n',
    );
    expect(
      parseMultipart(body, 'b').map(({ content, ...part }) => ({ ...part, content: String(content) })),
    ).toEqual([
      { name: 'a"b', fileName: undefined, contentType: undefined, content: '1' },
      { name: 'f', fileName: 'a b.csv', contentType: 'text/csv', content: 'x' },
    ]);
  });

  it.each([
    ['--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', 'ends in the middle'],
    ['--b\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--b--', 'expected form-data'],
    ['--b\r\nContent-Disposition: form-data; x=1\r\n\r\n1\r\n--b--', 'field name'],
  ])('refuses %j', (body, words) => {
    expect(() => parseMultipart(Buffer.from(body), 'b')).toThrow(words);
  });
});
