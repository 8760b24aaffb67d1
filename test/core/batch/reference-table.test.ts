import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchRef, createReferenceTable } from '../../../src/core/batch/reference-table.js';

const ref: fc.Arbitrary<BatchRef> = fc.record({
  platform: fc.constantFrom('red', 'blue'),
  kind: fc.constantFrom('product' as const, 'short' as const),
  id: fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
    fc.integer({ min: 0, max: 20 }).map((id) => `0${id}`),
    fc.string({ maxLength: 40 }),
    fc.constantFrom('1', '9999999999999999999', '18446744073709551615', '18446744073709551616'),
  ),
  idType: fc.constantFrom(undefined, 'sign'),
});

describe('createReferenceTable', () => {
  it('gives equal references one index, and every reference back', () => {
    fc.assert(
      fc.property(fc.array(ref, { maxLength: 200 }), (refs) => {
        const table = createReferenceTable();
        const known = new Map<string, number>();
        for (const one of refs) {
          const key = JSON.stringify([one.platform, one.kind, one.id, one.idType]);
          const index = table.add(one);
          expect(index).toBe(known.get(key) ?? known.size);
          known.set(key, index);
          expect(table.at(index)).toEqual(one);
        }
        expect(table.size).toBe(known.size);
        expect(table.refTypes.reduce((sum, { count }) => sum + count, 0)).toBe(table.size);
      }),
    );
  });

  it('grows beyond its first pages without losing any', () => {
    const table = createReferenceTable();
    const idOf = (at: number) =>
      at % 2 === 0 ? String(100_000_000_000 + at) : `opaque-${at}-${'x'.repeat(50)}`;
    for (let at = 0; at < 50_000; at += 1) table.add({ platform: 'red', kind: 'product', id: idOf(at) });
    expect(table.size).toBe(50_000);
    for (let at = 0; at < 50_000; at += 997) expect(table.at(at).id).toBe(idOf(at));
  });

  it('hashes the references in their order, and nothing else', () => {
    const hash = (ids: readonly string[]) => {
      const table = createReferenceTable();
      for (const id of ids) table.add({ platform: 'red', kind: 'product', id });
      return table.hash();
    };
    expect(hash(['1', '2', '1'])).toBe(hash(['1', '2']));
    expect(hash(['1', '2'])).not.toBe(hash(['2', '1']));
  });

  it('takes no more once it is sealed, and keeps what it has', () => {
    const table = createReferenceTable();
    table.add({ platform: 'red', kind: 'product', id: '1' });
    table.seal();
    expect(() => table.add({ platform: 'red', kind: 'product', id: '1' })).toThrow('sealed');
    expect(table.at(0).id).toBe('1');
  });

  it('says that there is no such reference', () => {
    expect(() => createReferenceTable().at(0)).toThrow('there is no reference 0');
  });
});
