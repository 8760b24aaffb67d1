import { MINUTE_MS } from '../../clock.js';
import type { PriceReport } from '../../prices/price-report.js';
import { toDay } from '../../prices/timeline.js';
import type { ChartOptions } from './chart.js';

const BARS = '▁▂▃▄▅▆▇█';

/** A row of bars, one for each stretch of days; a dot where nothing was seen. */
export function formatSparkline(
  days: PriceReport['days'],
  { days: length, nowMs }: Pick<ChartOptions, 'days' | 'nowMs'>,
  width = 30,
): string {
  const today = toDay(Math.floor(nowMs / MINUTE_MS));
  const seen = days.filter(({ day }) => day > today - length && day <= today);
  const low = Math.min(...seen.map(({ fen }) => fen));
  const high = Math.max(...seen.map(({ fen }) => fen));
  const columns = Math.min(width, length);
  return Array.from({ length: columns }, (_, column) => {
    const from = today - length + 1 + Math.floor((column * length) / columns);
    const to = today - length + 1 + Math.floor(((column + 1) * length) / columns);
    const own = seen.filter(({ day }) => day >= from && day < to).map(({ fen }) => fen);
    if (own.length === 0) return '·';
    const share = high === low ? 0 : (Math.min(...own) - low) / (high - low);
    return BARS[Math.round(share * (BARS.length - 1))];
  }).join('');
}
