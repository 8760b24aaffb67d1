// A chart of `bijia history`, over ninety days of prices that are made up here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const LINK = 'https://item.jd.com/100012345678.html';
const DAY_MS = 86_400_000;

export function drawChart() {
  const folder = mkdtempSync(join(tmpdir(), 'bijia-picture-'));
  const env = { ...process.env, BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: folder, BIJIA_LANG: 'en' };
  const bijia = (...args) => execFileSync(process.execPath, [resolve('dist/cli.js'), ...args], { env });
  try {
    const points = Array.from({ length: 90 }, (_, at) => toPoint(at)).filter((_, at) => at < 38 || at > 44);
    writeFileSync(join(folder, 'points.jsonl'), points.map((point) => JSON.stringify(point)).join('\n'));
    bijia('history', 'import', join(folder, 'points.jsonl'));
    bijia('history', LINK, '--chart', join(folder, 'chart.png'));
    return readFileSync(join(folder, 'chart.png'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Now and then a coupon, once a better one, and today's prices at the end. */
function toPoint(day) {
  const sale = day < 12 || day > 82 ? 5899 : 5949;
  const coupon = day > 68 && day < 73 ? 5599 : day % 30 < 9 || day > 82 ? 5699 : undefined;
  return {
    platform: 'jd',
    id: '100012345678',
    source: 'jd-union',
    at: new Date(Date.now() - (89 - day) * DAY_MS).toISOString(),
    prices: [
      { kind: 'list', amount: 5999 },
      { kind: 'sale', amount: sale },
      ...(coupon === undefined ? [] : [{ kind: 'coupon', amount: coupon }]),
    ],
    gone: coupon === undefined ? ['coupon'] : [],
    stock: 'in_stock',
  };
}
