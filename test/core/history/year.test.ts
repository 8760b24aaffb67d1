import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawChart } from '../../../src/core/history/chart/chart.js';
import { parseExchanged } from '../../../src/core/history/exchange.js';
import { createPriceReport } from '../../../src/core/prices/price-report.js';
import { addObservations } from '../../../src/core/prices/timeline.js';
import { findPath, readLevels } from '../../helpers/history/read-path.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-29T20:00:00+08:00');
const SHOWN = '#fdd663';

/** What a person wrote down on one day, in yuan. */
interface Note {
  readonly daysAgo: number;
  readonly hour: number;
  readonly sale: number;
  readonly coupon: number | null;
  readonly isSoldOut: boolean;
}

const anyNote = fc.record({
  hour: fc.integer({ min: 0, max: 20 }),
  sale: fc.constantFrom(499, 520, 549.5, 550, 599),
  coupon: fc.option(fc.constantFrom(20, 50.5), { freq: 3 }),
  isSoldOut: fc.constantFrom(...Array<boolean>(9).fill(false), true),
});
/** Up to a year, one look a day, some days left out. */
const anyYear = fc
  .array(fc.option(anyNote, { freq: 8 }), { minLength: 1, maxLength: 366, size: 'max' })
  .map((days) => days.flatMap((note, daysAgo): Note[] => (note ? [{ ...note, daysAgo }] : [])).reverse());

const toMs = ({ daysAgo, hour }: Note) => NOW_MS - daysAgo * DAY_MS - hour * 3_600_000;

function toLine(note: Note): object {
  const { sale, coupon, isSoldOut } = note;
  return {
    platform: 'p',
    id: '1',
    source: 's',
    at: new Date(toMs(note)).toISOString(),
    prices: [
      { kind: 'list', amount: 999 },
      { kind: 'sale', amount: sale },
      ...(coupon === null ? [] : [{ kind: 'coupon', amount: sale - coupon }]),
    ],
    gone: coupon === null ? ['coupon'] : [],
    stock: isSoldOut ? 'out_of_stock' : 'in_stock',
  };
}

/** The same by simple means: what was paid on each day, by counting through them. */
function countDays(notes: readonly Note[]): Map<number, number> {
  const paid = (note: Note) =>
    note.isSoldOut ? undefined : Math.round((note.sale - (note.coupon ?? 0)) * 100);
  const days = new Map<number, number>();
  const put = (daysAgo: number, fen: number) => days.set(daysAgo, Math.min(fen, days.get(daysAgo) ?? fen));
  for (const [at, note] of notes.entries()) {
    const fen = paid(note);
    if (fen === undefined) continue;
    put(note.daysAgo, fen);
    const before = notes[at - 1];
    const isSame = before && paid(before) === fen && (before.coupon === null) === (note.coupon === null);
    if (!before || !isSame || toMs(note) - toMs(before) > 3 * DAY_MS) continue;
    for (let between = before.daysAgo - 1; between > note.daysAgo; between -= 1) put(between, fen);
  }
  return days;
}

function judge(days: ReadonlyMap<number, number>, now: number | undefined): string {
  const known = [...days].filter(([ago]) => ago < 90).map(([, fen]) => fen);
  if (now === undefined || known.length < 14) return 'unknown';
  if (known.every((fen) => fen === now)) return 'flat';
  const lowest = Math.min(...known);
  if (now <= lowest) return 'lowest';
  const part = (count: number) => count / known.length;
  if (now <= median(known) && now <= 1.05 * lowest) return 'good';
  if (part(known.filter((fen) => fen > now).length) >= 0.8) return 'good';
  return part(known.filter((fen) => fen < now).length) >= 0.8 ? 'high' : 'usual';
}

function median(amounts: readonly number[]): number {
  const sorted = amounts.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return Math.round((low + high) / 2);
}

describe('a year of imported prices', () => {
  it('has the windows, the verdict and the chart that counting day by day gives', () => {
    fc.assert(
      fc.property(anyYear, (notes) => {
        const rules = { nowMs: NOW_MS, findProduct: (platform: string, id: string) => ({ platform, id }) };
        const observations = notes.map((note) => parseExchanged(toLine(note), rules));
        const tracks = addObservations(new Map(), observations);
        const report = createPriceReport(tracks, NOW_MS, 365);
        const days = countDays(notes);
        const last = notes.at(-1);
        const now = last && !last.isSoldOut ? Math.round((last.sale - (last.coupon ?? 0)) * 100) : undefined;
        expect(report.now?.fen).toBe(now);
        expect(report.verdict).toBe(judge(days, now));
        for (const { days: length, coveredDays, lowest, medianFen, cheaperShare } of report.windows) {
          const known = [...days].filter(([ago]) => ago < length).map(([, fen]) => fen);
          expect(coveredDays).toBe(known.length);
          expect(lowest?.fen).toBe(known.length > 0 ? Math.min(...known) : undefined);
          expect(medianFen).toBe(known.length > 0 ? median(known) : undefined);
          const cheaper = known.filter((fen) => fen < (now ?? 0)).length / known.length;
          expect(cheaperShare).toBe(now === undefined || known.length === 0 ? undefined : cheaper);
        }
        expectDrawn(notes, drawChart(report, tracks, { days: 366, nowMs: NOW_MS }));
      }),
      { numRuns: 60 },
    );
  });
});

/** Each look at which the product could be bought stands on the band, at its time and its height. */
function expectDrawn(notes: readonly Note[], svg: string): void {
  const levels = readLevels(findPath(svg, SHOWN));
  const fens = [99_900, ...notes.flatMap(({ sale, coupon }) => [sale * 100, (sale - (coupon ?? 0)) * 100])];
  const [low, high] = [Math.min(...fens), Math.max(...fens)];
  const margin = (high - low) / 10;
  for (const note of notes.filter(({ isSoldOut }) => !isSoldOut)) {
    const x = 84 + (1 - (NOW_MS - toMs(note)) / (366 * DAY_MS)) * 732;
    const fen = (note.sale - (note.coupon ?? 0)) * 100;
    const y = 372 - ((fen - low + margin) / (high - low + 2 * margin)) * (372 - 56);
    const isThere = levels.some(
      (level) => level.fromX - 6.2 <= x && level.toX + 0.2 >= x && Math.abs(level.y - y) < 0.2,
    );
    expect(isThere).toBe(true);
  }
}
