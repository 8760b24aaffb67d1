import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import type { NotedRef } from '../../../src/core/links/reference.js';
import { createGet } from '../../../src/core/lookup/get.js';

const toRef = (id: string): NotedRef => ({
  platform: 'red',
  kind: 'product',
  id,
  url: `https://red.test/${id}`,
});

/** Numbers are products, words are none. */
const parse = (text: string) =>
  text.split(' ').map((word) => (/^\d+$/.test(word) ? toRef(word) : new InputError(`${word} is nothing`)));

const get = createGet({
  parse,
  lookUp: async (refs) =>
    refs.map(({ url, platform, id }) => ({ input: url, platform, id: id ?? undefined, outcome: 'ok' })),
  isSandbox: false,
});

async function list(texts: string | readonly string[]): Promise<string[]> {
  return (await get(texts)).map(
    ({ input, outcome, id, error }) => `${input}: ${outcome} ${id ?? error?.message}`,
  );
}

describe('createGet', () => {
  it('answers each product of a text, and says in its place what is none', async () => {
    expect(await list(['1 a 2', '3'])).toEqual([
      '1 a 2: ok 1',
      '1 a 2: invalid a is nothing',
      '1 a 2: ok 2',
      '3: ok 3',
    ]);
  });

  it('gives one answer for a product that a text names twice, and one for each text', async () => {
    expect(await list(['1 1', '1'])).toEqual(['1 1: ok 1', '1: ok 1']);
  });

  it('says everything that is wrong with a text', async () => {
    expect(await list('a b')).toEqual(['a b: invalid a is nothing', 'a b: invalid b is nothing']);
  });
});
