import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinAll, joinAny } from '../../../src/core/words/join.js';

const LOCALES = { en: 'en-GB', zh: 'zh' } as const;

describe('several words', () => {
  it.each(['en', 'zh'] as const)('are joined as the language puts them: %s', (language) => {
    const format = (type: 'conjunction' | 'disjunction', items: readonly string[]) =>
      new Intl.ListFormat(LOCALES[language], { type }).format(items);
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), (items) => {
        expect(joinAll(items, language)).toBe(format('conjunction', items));
        expect(joinAny(items, language)).toBe(format('disjunction', items));
      }),
    );
  });
});
