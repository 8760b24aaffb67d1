import { describe, expect, it } from 'vitest';
import { countFitting, measure, NOTHING, takeFitting } from '../../../src/mcp/answers/page-size.js';

const ENTRIES = Array.from({ length: 100 }, (_, at) => ({ title: `${at} ${'标题'.repeat(100)}` }));

describe('lists that share one result', () => {
  it('are each cut where what the earlier ones take leaves no room', () => {
    const first = takeFitting(ENTRIES.slice(0, 10));
    expect(first.taken).toEqual(ENTRIES.slice(0, 10));
    const second = takeFitting(ENTRIES, first.used);
    expect(second.taken).toHaveLength(countFitting([...ENTRIES.slice(0, 10), ...ENTRIES]) - 10);
    expect(takeFitting(ENTRIES, second.used)).toEqual({ taken: [], used: second.used });
  });

  it('take nothing where they are empty', () => {
    expect(takeFitting([])).toEqual({ taken: [], used: NOTHING });
    expect(takeFitting([''], NOTHING).used).toEqual(measure(''));
  });
});
