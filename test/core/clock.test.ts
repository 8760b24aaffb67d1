import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDateTime, formatDay, parseDateTime } from '../../src/core/clock.js';

describe('parseDateTime', () => {
  it.each([
    ['2026-11-29T13:05:00Z', '2026-11-29T13:05:00.000Z'],
    ['2026-11-29T13:05:00.250z', '2026-11-29T13:05:00.000Z'],
    ['2026-11-29T21:05:00+08:00', '2026-11-29T13:05:00.000Z'],
    ['2026-11-29 07:35 -0530', '2026-11-29T13:05:00.000Z'],
    ['2026-11-29 21:05', '2026-11-29T13:05:00.000Z'],
    ['2026/11/29 21:05', '2026-11-29T13:05:00.000Z'],
    ['2026/1/2 8:00', '2026-01-02T00:00:00.000Z'],
    ['2026-11-29', '2026-11-28T16:00:00.000Z'],
    ['2026-11-29 24:00', '2026-11-29T16:00:00.000Z'],
    ['2024-02-29T00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(parseDateTime(text)).toBe(Date.parse(iso));
  });

  it.each([
    '',
    '12',
    '5299',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-29 25:00',
    '2026-11-29 8:60',
    '2026-11/29',
    '29.11.2026',
    'now',
  ])('takes %j for no time', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  it('reads what is written by the clocks of China', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) }), (atMs) => {
        const minuteMs = Math.floor(atMs / 60_000) * 60_000;
        expect(parseDateTime(formatDateTime(atMs))).toBe(minuteMs);
        expect(formatDay(parseDateTime(formatDay(atMs)) ?? 0)).toBe(formatDay(atMs));
      }),
    );
  });
});
