import { InlineKeyboard } from 'grammy';
import { type Core, findMarketplace, OUTCOMES, type Outcome, type PreparedList } from '../../core/index.js';
import { addButton } from '../cards/card-keyboard.js';
import { cutText, defuse, formatCount } from '../locales/display.js';
import type { Texts } from '../locales/index.js';
import { type BatchEntry, formatBatchId } from './batch-entry.js';
import type { ProgressView } from './progress-message.js';

export type Counts = Readonly<Partial<Record<Outcome, number>>>;

/** How far a job is, a batch or a crawl alike. */
export interface Standing {
  readonly done: number;
  readonly total: number;
  readonly counts?: Counts;
  readonly remainingMs?: number;
}

/** `成功 1,180 · 找不到 30` */
function formatCounts(counts: Counts, texts: Texts): string {
  const known = OUTCOMES.filter((outcome) => (counts[outcome] ?? 0) > 0);
  return known
    .map((outcome) => `${texts.outcomes[outcome]} ${formatCount(counts[outcome] ?? 0)}`)
    .join(' · ');
}

const showCell = (text: string, max: number) => defuse(cutText(text, max));

/** What was recognised in a list, and what it takes. */
export function describeList(
  { summary, plan, reading }: Pick<PreparedList, 'summary' | 'plan' | 'reading'>,
  ahead: number,
  texts: Texts,
  core: Pick<Core, 'marketplaces'>,
): string {
  const { batch } = texts;
  const platforms = Object.entries(summary.platforms).map(([id, count]) => {
    const marketplace = findMarketplace(id, core.marketplaces);
    return `${marketplace ? texts.nameOf(marketplace.names) : id} ${formatCount(count)}`;
  });
  const { unique, duplicates, refused } = summary;
  const size = batch.size(unique + duplicates + refused, unique);
  const sentences = [
    ...(reading ? texts.reading(reading, showCell) : []),
    batch.recognised({ size, platforms, duplicates, refused }),
    refused > 0 ? describeProblems(summary, texts) : '',
    plan.done > 0 ? batch.knownBefore(plan.done) : '',
    batch.expected({ calls: plan.calls, wait: texts.duration(plan.expectedMs), ahead }),
  ];
  return sentences.filter(Boolean).join('\n');
}

/** Which lines cannot be used and why, those with the same reason together. */
export function describeProblems({ problems, refused }: PreparedList['summary'], texts: Texts): string {
  const { batch } = texts;
  const linesByReason = new Map<string, string[]>();
  for (const { line, code } of problems) {
    const reason = batch.lineReasons[code] ?? texts.outcomes.invalid;
    linesByReason.set(reason, [...(linesByReason.get(reason) ?? []), formatCount(line)]);
  }
  const groups = Array.from(linesByReason, ([reason, lines]) => batch.linesFor(texts.list(lines), reason));
  return batch.refusedLines(groups, refused > problems.length);
}

export function renderQueued({ id }: BatchEntry, ahead: number, texts: Texts): ProgressView {
  const keyboard = addButton(new InlineKeyboard(), texts.buttons.cancel, 'batchCancel', id);
  return { text: texts.batch.queued(formatBatchId(id), ahead), keyboard };
}

/** `⏳ #a1b2 · 412/1,223（33%）` */
export function renderProgress(
  entry: BatchEntry,
  { done, total, counts = {}, remainingMs }: Standing,
  texts: Texts,
  isResumed: boolean,
): ProgressView {
  const { batch, buttons } = texts;
  const percent = total > 0 ? Math.floor((done * 100) / total) : undefined;
  const lines = [
    `⏳ ${formatBatchId(entry.id)} · ${batch.progress(done, total, percent)}`,
    defuse(cutText(entry.label, 60)),
    formatCounts(counts, texts),
    remainingMs === undefined || done >= total ? '' : batch.remaining(texts.duration(remainingMs)),
    isResumed ? batch.resumed : '',
  ];
  const keyboard = addButton(new InlineKeyboard(), buttons.cancel, 'batchCancel', entry.id);
  return { text: lines.filter(Boolean).join('\n'), keyboard };
}

/** The progress message when its job has come to an end. */
export function renderEnd(entry: BatchEntry, standing: Standing | undefined, texts: Texts): ProgressView {
  const { batch, buttons } = texts;
  const { id, end = 'finished', cause } = entry;
  const head = `${batch.ends[end]} ${formatBatchId(id)}`;
  const how = standing && ` · ${batch.progress(standing.done, standing.total, undefined)}`;
  const why = end === 'stopped' ? (texts.batch.causes[cause ?? ''] ?? batch.stopped) : '';
  const keyboard = new InlineKeyboard();
  if (end !== 'finished') {
    addButton(keyboard, buttons.resume, 'batchResume', id);
    addButton(keyboard, buttons.partialFile, 'batchFile', id);
  }
  const lines = [`${head}${how ?? ''}`, defuse(cutText(entry.label, 60)), why];
  return { text: lines.filter(Boolean).join('\n'), keyboard };
}

/** Under a result file: what became of the lines, and what can still be done about them. */
export function renderResult(
  entry: BatchEntry,
  counts: Counts,
  isSandbox: boolean,
  texts: Texts,
): ProgressView {
  const { batch, buttons, card } = texts;
  const isWhole = entry.end === 'finished';
  const lines = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const size = batch.size(lines, entry.total || lines);
  const head = `${isWhole ? batch.ends.finished : batch.partial} ${formatBatchId(entry.id)} · ${defuse(cutText(entry.label, 60))}`;
  const text = [
    head,
    batch.countsOf(size, formatCounts(counts, texts)),
    isSandbox ? `🧪 ${card.sandbox}` : '',
  ];
  const keyboard = new InlineKeyboard();
  if (isWhole && (counts.upstream_error ?? 0) > 0) {
    addButton(keyboard, buttons.retryFailed, 'batchRetry', entry.id);
  }
  return { text: text.filter(Boolean).join('\n'), keyboard };
}
