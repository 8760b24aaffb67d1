import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../src/core/errors.js';
import { createLinkConverter } from '../../../src/core/lookup/convert-links.js';
import type { Connection } from '../../../src/core/provider.js';
import { acme, createProvider, createTestUpstream } from '../../helpers/acme.js';

function create() {
  const asked: (string | undefined)[][] = [];
  const getPromotionLink: Connection['getPromotionLink'] = async ({ id, url }, { subId }) => {
    asked.push([id, url, subId]);
    if (id === '404') throw new NotFoundError('not promoted', { code: 'not_promoted' });
    return { url: `https://go.example/${id}` };
  };
  const upstream = createTestUpstream(createProvider('acme-api', acme), { getPromotionLink });
  const convert = createLinkConverter({
    marketplaces: [acme],
    getUpstream: () => upstream,
    shortLinks: {
      open: async (ref) => ({ ...ref, kind: 'product', id: '77', url: 'https://acme.example/77' }),
    },
  });
  return { convert, asked, upstream };
}

describe('the links of a text', () => {
  it('are replaced where they stand, each asked for once, and all else stays', async () => {
    const { convert, asked } = create();
    const text =
      '好价！https://acme.example/1，还有（https://acme.example/2）。再看 https://acme.example/1?x=2 和 https://other.example/3';
    const answer = await convert(text, { subId: 'blog' });
    expect(answer.text).toBe(
      '好价！https://go.example/1，还有（https://go.example/2）。再看 https://go.example/1 和 https://other.example/3',
    );
    expect(asked).toEqual([
      ['1', 'https://acme.example/1', 'blog'],
      ['2', 'https://acme.example/2', 'blog'],
    ]);
    expect(answer.failed).toEqual([]);
  });

  it('stay and are listed where they cannot be replaced', async () => {
    const { convert } = create();
    const text = 'https://acme.example/404 https://acme.example/shop/5 https://acme.example/1.';
    const answer = await convert(text);
    expect(answer.text).toBe('https://acme.example/404 https://acme.example/shop/5 https://go.example/1.');
    expect(answer.failed).toMatchObject([
      { link: 'https://acme.example/404', error: { code: 'not_promoted' } },
    ]);
    expect(answer.converted).toMatchObject([{ id: '1', promotionLink: 'https://go.example/1' }]);
  });

  it('are opened where they are short', async () => {
    const { convert } = create();
    expect((await convert('看 https://s.acme.example/abc 吧')).text).toBe('看 https://go.example/77 吧');
  });

  it.each(['https://acme.example/1', 'https://acme.example/404'])(
    'are said to be made up where a sandbox was asked for them: %s',
    async (text) => {
      const { convert, upstream } = create();
      expect((await convert(text)).sandbox).toBeUndefined();
      upstream.markSandbox();
      expect((await convert(text)).sandbox).toBe(true);
    },
  );

  it('may be none', async () => {
    const { convert } = create();
    expect(await convert('没有链接')).toEqual({ text: '没有链接', converted: [], failed: [] });
  });
});
