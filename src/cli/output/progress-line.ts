import type { BatchProgress, Outcome, Words } from '../../core/index.js';
import type { CliContext } from '../context.js';
import type { Texts } from '../words/index.js';

const REDRAW_EVERY_MS = 200;
const PRINT_EVERY_MS = 5000;

/** One line that is redrawn on a person's screen; elsewhere a line every few seconds. */
export function createProgressLine({
  terminal,
  words,
  texts,
  clock,
}: Pick<CliContext, 'terminal' | 'words' | 'texts' | 'clock'>) {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let last: BatchProgress | undefined;
  const draw = (progress: BatchProgress) => {
    shownAtMs = clock.monotonicNow();
    const text = formatProgress(progress, words, texts);
    if (terminal.canRedraw) terminal.redraw(text);
    else terminal.tell(text);
  };
  return {
    show: (progress: BatchProgress) => {
      last = progress;
      if (clock.monotonicNow() - shownAtMs >= (terminal.canRedraw ? REDRAW_EVERY_MS : PRINT_EVERY_MS))
        draw(progress);
    },
    /** Leaves the last state on the screen. */
    end: () => {
      if (last) draw(last);
      terminal.endLine();
    },
  };
}

function formatProgress(
  { total, done, counts, rate, remainingMs }: BatchProgress,
  words: Words,
  { jobs }: Texts,
): string {
  const left = remainingMs === undefined || done === total ? '' : jobs.left(remainingMs);
  const speed = rate > 0 ? jobs.perMinute(Math.round(rate * 60)) : '';
  return [formatShare(done, total, words), formatCounts(counts, words), speed, left]
    .filter(Boolean)
    .join(' · ');
}

/** `412/1,223 (33%)`; without a total, what there is so far. */
function formatShare(
  done: number,
  total: number | undefined,
  { exact, percent, inParentheses }: Words,
): string {
  if (total === undefined) return exact(done);
  const share = total === 0 ? 100 : Math.floor((done / total) * 100);
  return `${exact(done)}/${exact(total)}${inParentheses(percent(share))}`;
}

export function formatCounts(counts: Readonly<Partial<Record<Outcome, number>>>, words: Words): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return words.list(
    parts.map(([outcome, count]) => `${words.outcomes[outcome as Outcome]} ${words.exact(count)}`),
  );
}
