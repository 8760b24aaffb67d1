import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callBatch, toIds } from '../helpers/mcp-batch.js';
import { connectMcp, type McpSession, openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';

let place: SandboxPlace;
let session: McpSession;

beforeAll(async () => {
  place = await openSandboxPlace({}, { JD_UNION_QUOTA: '1000/1s' });
  session = await connectMcp(place.environment);
});
afterAll(async () => {
  await session.close();
  await place.close();
});

const read = async (uri: string) => {
  const { contents } = await session.client.readResource({ uri });
  const [content] = contents as { text: string; mimeType?: string; _meta?: { next?: string } }[];
  return content ?? { text: '' };
};

describe('resources', () => {
  it('are offered as two templates', async () => {
    const { resourceTemplates } = await session.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'product://{platform}/{id}',
      'batch://{job}',
    ]);
  });

  it('list the jobs of the caller, and how many calls are left', async () => {
    const { job } = await callBatch(session, { products: toIds(2, 100050000000), platform: 'jd' });
    const { resources } = await session.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([`batch://${job}`, 'quota://calls']);
    expect(JSON.parse((await read('quota://calls')).text)).toMatchObject({
      sources: expect.arrayContaining([
        {
          source: 'jd-union',
          platform: 'jd',
          calls_left: expect.any(Number),
          calls_allowed: 1000,
          window_s: 1,
        },
      ]),
    });
  });

  it('are empty where the configuration is wrong', async () => {
    const other = await connectMcp({ JD_UNION_QUOTA: 'many' });
    expect(await other.client.listResources()).toMatchObject({ resources: [] });
    await other.close();
  });

  it('complete the variables of their templates', async () => {
    const complete = async (uri: string, name: string, value: string) => {
      const ref = { type: 'ref/resource' as const, uri };
      return (await session.client.complete({ ref, argument: { name, value } })).completion.values;
    };
    expect(await complete('product://{platform}/{id}', 'platform', 'p')).toEqual(['pdd']);
    expect(await complete('batch://{job}', 'job', '')).toEqual([expect.stringMatching(/^[0-9a-f]{10}$/)]);
    expect(await complete('nothing://{x}', 'x', '')).toEqual([]);
    const ref = { type: 'ref/prompt' as const, name: 'check_price' };
    const asked = { ref, argument: { name: 'product', value: 'https://item.' } };
    expect((await session.client.complete(asked)).completion.values).toContainEqual(
      expect.stringMatching(/^https:\/\/item\.jd\.com\/\d+\.html$/),
    );
  });

  it('bring all of a product', async () => {
    const { text, mimeType } = await read('product://pdd/8420152864');
    expect(mimeType).toBe('application/json');
    expect(JSON.parse(text)).toMatchObject({ id: '8420152864', skus: { length: 4 }, sandbox: true });
  });

  it('bring the lines of a finished batch, in pages', async () => {
    const { job } = await callBatch(session, { products: toIds(120), platform: 'jd' });
    for (let turn = 0; turn < 5; turn += 1) await callBatch(session, { job });
    const lines: number[] = [];
    let uri: string | undefined = `batch://${job}`;
    for (let page = 0; uri; page += 1) {
      const content = await read(uri);
      expect(content.text.length).toBeLessThanOrEqual(30_000);
      lines.push(
        ...content.text
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { line: number }).line),
      );
      uri = content._meta?.next;
      if (uri) expect(page).toBeLessThan(10);
    }
    expect(lines).toEqual(Array.from({ length: 120 }, (_, at) => at + 1));
  });

  it('keep to themselves the jobs of chats, as if there were none', async () => {
    const { job } = await callBatch(session, { products: toIds(1, 100040000000), platform: 'jd' });
    const path = join(place.stateDir, 'jobs', job, 'job.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"local"', '"telegram:1"'));
    await expect(read(`batch://${job}`)).rejects.toMatchObject({ code: -32602 });
    const mine = await callBatch(session, { job });
    const none = await callBatch(session, { job: 'abcdef1234' });
    expect(mine.text.replace(job, '')).toBe(none.text.replace('abcdef1234', ''));
  });

  it.each([
    ['an unknown scheme', 'file:///etc/passwd', -32002],
    ['an id that is not encoded correctly', 'product://jd/%E0%A4%A', -32002],
    ['an unknown marketplace', 'product://nowhere/1', -32602],
    ['an id that is none', 'product://jd/..%2F..', -32602],
    ['a job that does not exist', 'batch://abcdef1234', -32602],
  ])('refuse %s', async (_, uri, code) => {
    await expect(read(uri)).rejects.toMatchObject({ code });
  });
});

describe('prompts', () => {
  it('are two', async () => {
    const { prompts } = await session.client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['compare_products', 'check_price']);
  });

  it.each([
    [
      'compare_products',
      { products: 'A\nB' },
      /batch_products.*price_history.*cheapest that can be bought.*A\nB/s,
    ],
    ['check_price', { product: 'https://item.jd.com/1.html' }, /get_product.*item\.jd\.com/s],
  ])('%s asks for the right tool', async (name, args, text) => {
    const { messages } = await session.client.getPrompt({ name, arguments: args as Record<string, string> });
    expect(messages).toMatchObject([
      { role: 'user', content: { type: 'text', text: expect.stringMatching(text) } },
    ]);
  });
});
