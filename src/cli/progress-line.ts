import type { BatchProgress, Outcome } from '../core/index.js';
import type { Terminal } from './terminal.js';

const REDRAW_EVERY_MS = 200;
const PRINT_EVERY_MS = 5000;

export interface ProgressLine {
  readonly show: (progress: BatchProgress) => void;
  /** Leaves the last state on the screen. */
  readonly end: () => void;
}

/** One line that is redrawn on a person's screen; elsewhere a line every few seconds. */
export function createProgressLine(terminal: Terminal, now: () => number): ProgressLine {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let last: BatchProgress | undefined;
  const draw = (progress: BatchProgress) => {
    shownAtMs = now();
    if (terminal.canRedraw) terminal.redraw(formatProgress(progress));
    else terminal.tell(formatProgress(progress));
  };
  return {
    show: (progress) => {
      last = progress;
      if (now() - shownAtMs >= (terminal.canRedraw ? REDRAW_EVERY_MS : PRINT_EVERY_MS)) draw(progress);
    },
    end: () => {
      if (last) draw(last);
      if (terminal.canRedraw && last) terminal.tell('');
    },
  };
}

function formatProgress({ total, done, counts, rate, remainingMs }: BatchProgress): string {
  const left = remainingMs === undefined || done === total ? '' : `${formatDuration(remainingMs)} left`;
  const speed = rate > 0 ? `${Math.round(rate * 60).toLocaleString('en-US')}/min` : '';
  return [formatShare(done, total), formatCounts(counts), speed, left].filter(Boolean).join(' · ');
}

/** `412/1,223 (33%)`; without a total, what there is so far. */
function formatShare(done: number, total: number | undefined): string {
  if (total === undefined) return done.toLocaleString('en-US');
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  return `${done.toLocaleString('en-US')}/${total.toLocaleString('en-US')} (${percent}%)`;
}

export function formatCounts(counts: Readonly<Partial<Record<Outcome, number>>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${outcome} ${count.toLocaleString('en-US')}`)
    .join(', ');
}

export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return `${hours} h ${minutes % 60} min`;
}
