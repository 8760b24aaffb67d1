import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialError, NotFoundError } from '../../../src/core/errors.js';
import { createSearch, type SearchOptions } from '../../../src/core/lookup/search.js';
import type { Connection, SearchQuery } from '../../../src/core/provider.js';
import { acme, createProvider, createTestUpstream, zeta } from '../../helpers/acme.js';

interface Shelf {
  readonly count: number;
  readonly pageSize: number;
}

/** An upstream whose products cost 1 yuan, 2 yuan and so on. */
function createShelf(
  id: string,
  marketplace: typeof acme,
  { count, pageSize }: Shelf,
  asked: SearchQuery[] = [],
) {
  const search: Connection['search'] = async (query, continuation) => {
    asked.push(query);
    const start = Number(continuation ?? 0);
    const end = Math.min(count, start + pageSize);
    const products = Array.from({ length: end - start }, (_, at) => ({
      id: `${id}-${start + at + 1}`,
      prices: [{ kind: 'sale' as const, amountFen: (start + at + 1) * 100 }],
    }));
    return { products, continuation: end < count ? String(end) : undefined };
  };
  return createTestUpstream(createProvider(id, marketplace), { search });
}

const createTwo = (left: Shelf, right: Shelf) => {
  const upstreams = [createShelf('a', acme, left), createShelf('z', zeta, right)];
  return createSearch({ chooseUpstreams: () => ({ upstreams, unsearched: [] }), now: () => 0 });
};

async function collectAll(search: ReturnType<typeof createSearch>, options: SearchOptions) {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const answer = await search('phone', { ...options, cursor });
    pages.push(answer.products.map(({ id }) => id));
    cursor = answer.nextCursor;
  } while (cursor);
  return pages;
}

describe('a search', () => {
  it('takes the marketplaces in turn', async () => {
    const search = createTwo({ count: 9, pageSize: 5 }, { count: 2, pageSize: 5 });
    const { products } = await search('phone', { limit: 6 });
    expect(products.map(({ id }) => id)).toEqual(['a-1', 'z-1', 'a-2', 'z-2', 'a-3', 'a-4']);
  });

  it('gives every product once over all pages, whatever the sizes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ count: fc.nat(25), pageSize: fc.integer({ min: 1, max: 12 }) }),
        fc.record({ count: fc.nat(25), pageSize: fc.integer({ min: 1, max: 12 }) }),
        fc.integer({ min: 1, max: 15 }),
        async (left, right, limit) => {
          const pages = await collectAll(createTwo(left, right), { limit });
          const all = pages.flat();
          expect(new Set(all).size).toBe(all.length);
          expect(all.length).toBe(left.count + right.count);
          for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
        },
      ),
    ));

  it('keeps to the bounds of price, even where the upstream does not', async () => {
    const search = createTwo({ count: 20, pageSize: 10 }, { count: 0, pageSize: 1 });
    const { products } = await search('phone', { minFen: 300, maxFen: 500 });
    expect(products.map(({ id }) => id)).toEqual(['a-3', 'a-4', 'a-5']);
  });

  it('is sorted by the price that is shown, whatever the upstream sorts by', async () => {
    const search: Connection['search'] = async () => ({
      products: [
        { id: 'a', prices: [{ kind: 'sale', amountFen: 900 }] },
        { id: 'b', prices: [] },
        {
          id: 'c',
          prices: [
            { kind: 'sale', amountFen: 1000 },
            { kind: 'coupon', amountFen: 800 },
          ],
        },
      ],
    });
    const upstreams = [createTestUpstream(createProvider('a', acme), { search })];
    const find = createSearch({ chooseUpstreams: () => ({ upstreams, unsearched: [] }), now: () => 0 });
    const read = async (sort?: 'price') => (await find('phone', { sort })).products.map(({ id }) => id);
    expect(await read('price')).toEqual(['c', 'a', 'b']);
    expect(await read()).toEqual(['a', 'b', 'c']);
  });

  it('gives a product that an upstream repeats once', async () => {
    const search: Connection['search'] = async () => ({
      products: [
        { id: 'a', prices: [] },
        { id: 'a', prices: [] },
      ],
    });
    const upstreams = [createTestUpstream(createProvider('a', acme), { search })];
    const { products } = await createSearch({
      chooseUpstreams: () => ({ upstreams, unsearched: [] }),
      now: () => 0,
    })('phone');
    expect(products).toHaveLength(1);
  });

  it('takes an upstream that says it found nothing for one without products', async () => {
    const search: Connection['search'] = async () => {
      throw new NotFoundError('nothing');
    };
    const upstreams = [createTestUpstream(createProvider('a', acme), { search })];
    const answer = await createSearch({
      chooseUpstreams: () => ({ upstreams, unsearched: [] }),
      now: () => 0,
    })('phone');
    expect(answer).toMatchObject({ products: [], failed: [] });
    expect(answer.nextCursor).toBeUndefined();
  });

  it('tells of a marketplace that failed, and gives what the others have', async () => {
    const broken = createTestUpstream(createProvider('z', zeta), {
      search: async () => {
        throw new CredentialError('refused');
      },
    });
    const upstreams = [createShelf('a', acme, { count: 3, pageSize: 5 }), broken];
    const search = createSearch({ chooseUpstreams: () => ({ upstreams, unsearched: [] }), now: () => 0 });
    const { products, failed } = await search('phone');
    expect(products).toHaveLength(3);
    expect(failed).toMatchObject([{ platform: 'zeta', source: 'z', error: { message: 'refused' } }]);
  });

  it.each([
    ['no words', '  ', {}, 'no words'],
    ['a name of 500 characters', 'x'.repeat(500), {}, 'at most 100 characters'],
    ['a broken cursor', 'phone', { cursor: 'x' }, 'belongs to another search'],
  ])('refuses %s', async (_, words, options, reason) => {
    const search = createTwo({ count: 3, pageSize: 5 }, { count: 3, pageSize: 5 });
    await expect(search(words, options)).rejects.toThrow(reason);
  });

  it('refuses the cursor of another search', async () => {
    const search = createTwo({ count: 30, pageSize: 5 }, { count: 3, pageSize: 5 });
    const { nextCursor: cursor } = await search('phone', { limit: 4 });
    await expect(search('milk', { limit: 4, cursor })).rejects.toThrow('belongs to another search');
    await expect(search('phone', { limit: 7, cursor })).resolves.toMatchObject({ failed: [] });
  });

  it('asks each marketplace for its share', async () => {
    const asked: SearchQuery[] = [];
    const upstreams = [
      createShelf('a', acme, { count: 50, pageSize: 50 }, asked),
      createShelf('z', zeta, { count: 50, pageSize: 50 }, asked),
    ];
    await createSearch({ chooseUpstreams: () => ({ upstreams, unsearched: [] }), now: () => 0 })(
      ' a  phone ',
      {
        limit: 20,
      },
    );
    expect(asked.map(({ words, count }) => [words, count])).toEqual([
      ['a phone', 10],
      ['a phone', 10],
    ]);
  });
});
