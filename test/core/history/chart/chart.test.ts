import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { drawChart } from '../../../../src/core/history/chart/chart.js';
import type { Observation } from '../../../../src/core/prices/observation.js';
import { createPriceReport } from '../../../../src/core/prices/price-report.js';
import { addObservations } from '../../../../src/core/prices/timeline.js';
import { DAY, NOON, observe } from '../../../helpers/history/observations.js';
import { findPath, readLevels } from '../../../helpers/history/read-path.js';

const SALE = '#1a73e8';
const COUPON = '#d93025';
const SHOWN = '#fdd663';

function draw(observations: readonly Observation[], days = 90, targetFen?: number): string {
  const tracks = addObservations(new Map(), observations);
  const nowMs = NOON * 60_000;
  return drawChart(createPriceReport(tracks, nowMs, days), tracks, { days, nowMs, targetFen });
}

const daily = (days: number, prices: (daysAgo: number) => Observation['prices']) =>
  Array.from({ length: days }, (_, ago) => observe({ minute: NOON - ago * DAY, prices: prices(ago) }));

const listTexts = (svg: string) => [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, words]) => words);

describe('a chart', () => {
  it('is sound SVG with Latin letters alone, and no text beyond its edges', () => {
    const svg = draw(
      daily(1095, (ago) => ({ list: 999_999_900, sale: 500_000 + ago, coupon: ago % 9 ? null : 100 })),
      1095,
      300_000,
    );
    const texts: number[] = [];
    const parser = new SaxesParser();
    parser.on('error', (error) => expect.unreachable(String(error)));
    parser.on('opentag', ({ name, attributes }) => name === 'text' && texts.push(Number(attributes['x'])));
    parser.write(svg).close();
    expect(texts.length).toBeGreaterThan(8);
    expect(texts.every((x) => x > 0 && x < 840)).toBe(true);
    expect(svg).toMatch(/^[\x20-\x7e¥]+$/);
  });

  it('draws kinds at one price apart, and the shown price broad behind them', () => {
    const svg = draw(
      daily(30, () => ({ sale: 500, coupon: 500, group: 500, single: 500, list: 900 })),
      30,
    );
    const ys = [SALE, COUPON, '#188038', '#e37400'].map((colour) => readLevels(findPath(svg, colour))[0]?.y);
    expect(new Set(ys).size).toBe(4);
    for (const [at, y = 0] of ys.entries()) expect(y - (ys[0] ?? 0)).toBeCloseTo(4 * at);
    expect(svg.indexOf(SHOWN)).toBeLessThan(svg.indexOf(`stroke="${SALE}"`));
    expect(readLevels(findPath(svg, SHOWN))[0]?.y).toBe(ys[0]);
  });

  it('says "no data" where nothing was seen for more than three days, and draws no line there', () => {
    const seen = daily(90, () => ({ sale: 500 })).filter((_, ago) => ago < 20 || ago > 40);
    const svg = draw(seen);
    expect(listTexts(svg).filter((words) => words === 'no data')).toHaveLength(1);
    const [, x = '', width = ''] = /<rect x="([\d.]+)" y="56" width="([\d.]+)"/.exec(svg) ?? [];
    const toX = (ago: number) => 84 + ((90 - ago) / 90) * 732;
    expect(Number(x)).toBeCloseTo(toX(41), 0);
    expect(Number(x) + Number(width)).toBeCloseTo(toX(19), 0);
    const inside = (toX(41) + toX(19)) / 2;
    for (const colour of [SALE, SHOWN]) {
      expect(
        readLevels(findPath(svg, colour)).some(({ fromX, toX: end }) => fromX < inside && end > inside),
      ).toBe(false);
    }
  });

  it('shows a single sighting inside the plot', () => {
    const [level] = readLevels(findPath(draw([observe({ prices: { sale: 500 } })]), SALE));
    expect(level?.toX).toBeLessThanOrEqual(816);
    expect((level?.toX ?? 0) - (level?.fromX ?? 0)).toBeGreaterThanOrEqual(6);
  });

  it('breaks a line where a kind is gone, and the band where the product cannot be bought', () => {
    const prices = daily(30, (ago) => ({ sale: 500, coupon: ago > 10 ? 450 : null }));
    const svg = draw(
      [...prices, observe({ minute: NOON - 5 * DAY, stock: 'out_of_stock' }), observe({ stock: 'in_stock' })],
      30,
    );
    const endOf = (colour: string) => Math.max(...readLevels(findPath(svg, colour)).map(({ toX }) => toX));
    const toX = (ago: number) => 84 + ((30 - ago) / 30) * 732;
    expect(endOf(COUPON)).toBeCloseTo(toX(11), 0);
    expect(endOf(SALE)).toBeCloseTo(toX(0), 0);
    const band = readLevels(findPath(svg, SHOWN));
    expect(band.some(({ fromX, toX: end }) => fromX < toX(4) && end > toX(4))).toBe(false);
  });

  it('marks the lowest price, and a target with dashes, also where it was never reached', () => {
    const svg = draw(
      daily(90, (ago) => ({ sale: ago === 30 ? 400 : 500 })),
      90,
      300,
    );
    expect(listTexts(svg)).toContain('lowest ¥4, 30 Oct');
    expect(listTexts(svg)).toContain('target ¥3');
    const [, y = ''] = /y1="([\d.]+)" y2="[\d.]+" stroke="#d93025" stroke-dasharray/.exec(svg) ?? [];
    const [, lowestY = ''] = /<circle cx="[\d.]+" cy="([\d.]+)"/.exec(svg) ?? [];
    expect(Number(y)).toBeGreaterThan(Number(lowestY));
    expect(Number(y)).toBeLessThan(372);
  });

  it('names the year where it is long', () => {
    const svg = draw(
      daily(1095, (ago) => ({ sale: ago === 400 ? 400 : 500 })),
      1095,
    );
    expect(listTexts(svg)).toContain('lowest ¥4, 25 Oct 2025');
    expect(listTexts(svg)).toContain('2024-06');
  });

  it('of nothing is a picture that says so', () => {
    expect(listTexts(draw([]))).toContain('no data');
  });
});
