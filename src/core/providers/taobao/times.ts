import { CHINA_OFFSET_MS } from '../../clock.js';

/** `yyyy-MM-dd HH:mm:ss` in GMT+8, whatever the zone of the host. */
export function formatBeijingTime(atMs: number): string {
  return new Date(atMs + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** ISO 8601 of `yyyy-MM-dd HH:mm:ss` in GMT+8; undefined for anything else. */
export function parseBeijingTime(value: unknown): string | undefined {
  const [, day, time = '00:00:00'] =
    /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?$/.exec(String(value).trim()) ?? [];
  const atMs = day === undefined ? Number.NaN : Date.parse(`${day}T${time}+08:00`);
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
}
