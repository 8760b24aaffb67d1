import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  formatDateTime,
  formatDay,
  formatIsoTime,
  formatTimestamp,
  parseDateTime,
} from '../../src/core/clock.js';

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

describe('formatTimestamp', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it.each(['UTC', 'Asia/Shanghai', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Kiritimati'])(
    'says the time of GMT+8 on a host in %s',
    (hostZone) => {
      process.env['TZ'] = hostZone;
      expect(formatTimestamp(Date.UTC(2019, 5, 27, 7, 41, 49))).toBe('2019-06-27 15:41:49');
      expect(formatTimestamp(Date.UTC(2024, 11, 31, 16, 0, 0))).toBe('2025-01-01 00:00:00');
    },
  );
});

describe('formatIsoTime', () => {
  it.each([
    [1_767_196_800_000, '2025-12-31T16:00:00.000Z'],
    [0, undefined],
    [undefined, undefined],
    [Number.NaN, undefined],
    [8.64e15 + 1, undefined],
  ])('says when %s is, where a calendar knows', (atMs, iso) => {
    expect(formatIsoTime(atMs)).toBe(iso);
  });
});
