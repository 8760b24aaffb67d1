import { describe, expect, it } from 'vitest';
import { InputError, NotFoundError, UnsupportedError } from '../../../src/core/errors.js';
import { parseEntry } from '../../../src/core/links/entry.js';
import { createReferenceOpener } from '../../../src/core/lookup/open-reference.js';
import type { Ref } from '../../../src/core/product/product.js';
import type { OpenedText } from '../../../src/core/provider.js';
import { acme, createProvider, createTestUpstream, zeta } from '../../helpers/acme.js';

const MARKETPLACES = [acme, zeta];
const CODE: Ref = { platform: 'acme', kind: 'short', id: null, url: '￥AbC123dEf￥' };
const LINK: Ref = { platform: 'acme', kind: 'short', id: null, url: 'https://s.acme.example/x1' };

function createOpener(opened: OpenedText | undefined, failure: Error) {
  const sent: string[] = [];
  const openText = async (text: string): Promise<OpenedText> => {
    sent.push(text);
    return opened ?? { platform: 'acme', id: '1' };
  };
  const upstreams = opened ? [createTestUpstream(createProvider('acme-api', acme), { openText })] : [];
  const shortLinks = { open: () => Promise.reject(failure) };
  return { open: createReferenceOpener(shortLinks, upstreams, MARKETPLACES).open, sent };
}

const recognisedOnly = new UnsupportedError('only recognised');

describe('a share code', () => {
  it('is a reference of kind short where an upstream can open it, without the words around it', () => {
    const options = { marketplaces: MARKETPLACES, answerable: [acme] };
    const text = '2.3 复制打开 ￥AbC123dEf￥ 真不错';
    expect(parseEntry(text, { ...options, openers: [acme] })).toEqual([CODE]);
    expect(parseEntry(text, options)).toMatchObject([{ code: 'cannot_be_opened' }]);
  });

  it('is opened by the upstream, which receives nothing else', async () => {
    const { open, sent } = createOpener({ platform: 'acme', id: '12345' }, recognisedOnly);
    expect(await open(CODE)).toMatchObject({ platform: 'acme', kind: 'product', id: '12345' });
    expect(sent).toEqual(['￥AbC123dEf￥']);
  });

  it('may lead to another marketplace, and to another kind of id', async () => {
    const { open } = createOpener({ platform: 'zeta', id: 'z_abc', idType: 'sign' }, recognisedOnly);
    expect(await open(CODE)).toMatchObject({ platform: 'zeta', id: 'z_abc', idType: 'sign' });
  });

  it('that one upstream does not know is tried with the next', async () => {
    const unknown = new NotFoundError('the first one does not know it');
    const createOne = (name: string, openText: () => Promise<OpenedText>) =>
      createTestUpstream(createProvider(name, acme), { openText });
    const refuse = createOne('acme-api', () => Promise.reject(unknown));
    const know = createOne('acme-more', async () => ({ platform: 'acme', id: '12345' }));
    const shortLinks = { open: () => Promise.reject(recognisedOnly) };
    const open = (...upstreams: (typeof refuse)[]) =>
      createReferenceOpener(shortLinks, upstreams, MARKETPLACES).open(CODE);
    expect(await open(refuse, know)).toMatchObject({ id: '12345' });
    await expect(open(refuse, refuse)).rejects.toBe(unknown);
  });

  it('that nobody can open says what to paste', async () => {
    const { open } = createOpener(undefined, recognisedOnly);
    await expect(open(CODE)).rejects.toThrow(/Paste the link of the product/);
  });
});

describe('a short link', () => {
  it('that is only recognised goes to the upstream', async () => {
    const { open, sent } = createOpener({ platform: 'acme', id: '12345' }, recognisedOnly);
    expect(await open(LINK)).toMatchObject({ id: '12345' });
    expect(sent).toEqual([LINK.url]);
  });

  it('that is dead goes nowhere', async () => {
    const { open, sent } = createOpener({ platform: 'acme', id: '12345' }, new InputError('dead'));
    await expect(open(LINK)).rejects.toThrow('dead');
    expect(sent).toEqual([]);
  });
});
