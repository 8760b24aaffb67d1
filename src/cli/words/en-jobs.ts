import { type InputReading, type JobState, WORDS } from '../../core/index.js';

const words = WORDS.en;
const states: Record<JobState, string> = {
  planned: 'planned',
  running: 'running',
  stopped: 'stopped',
  cancelled: 'cancelled',
  finished: 'finished',
};

/** What is said about lists and the jobs that look them up, in English. */
export const jobs = {
  states,
  kinds: { batch: 'batch', shop: 'shop' },
  misread: ({ otherSheets }: InputReading): string =>
    `  Not right? Choose with --column${otherSheets.length > 0 ? ' or --sheet' : ''}.`,
  list: (facts: { lines: number; platforms: readonly string[]; repeated: number; refused: number }): string =>
    `${words.counts.lines(facts.lines)}: ${words.list(facts.platforms) || 'nothing recognised'}; ${words.exact(facts.repeated)} repeated, ${words.exact(facts.refused)} not recognised`,
  line: (line: number, problem: string): string => `  line ${line}: ${problem}`,
  plan: (facts: {
    id: string;
    calls: number;
    paid: number;
    mostPaidMore: number;
    expectedMs: number;
    known: number;
  }): string =>
    [
      `Job ${facts.id}: ${words.counts.calls(facts.calls)}`,
      facts.paid > 0 ? `, ${words.exact(facts.paid)} of them paid` : '',
      facts.mostPaidMore > 0
        ? `, and up to ${words.exact(facts.mostPaidMore)} paid for what the free source does not know`
        : '',
      facts.calls > 0 ? `, about ${words.duration(facts.expectedMs)}` : '',
      facts.known > 0 ? `; ${words.exact(facts.known)} known from before` : '',
    ].join(''),
  left: (ms: number): string => `${words.duration(ms)} left`,
  perMinute: (count: number): string => `${words.exact(count)}/min`,
  notRecognised: (lines: number): string => `${words.counts.lines(lines)} not recognised`,
  stopped: (cause: string): string => `Stopped: ${cause}`,
  finished: 'Finished',
  standing: (id: string, state: JobState): string => `Job ${id} is ${states[state]}`,
  billed: (calls: number): string => `Billed: ${words.counts.calls(calls)}`,
  toContinue: (id: string): string => `To continue, run the same command, or: bijia jobs resume ${id}`,
  none: 'No jobs. Start one with: bijia batch <file>',
  removed: (id: string): string => `Job ${id} is removed.`,
  cancelled: (id: string, label: string, state: JobState): string => {
    const name = `Job ${id} (${label})`;
    if (state === 'finished') return `${name} is finished; there is nothing to stop.`;
    if (state === 'running') return `${name} is asked to stop.`;
    return `${name} is cancelled. To continue: bijia jobs resume ${id}`;
  },
  exported: (done: number, total: number, path: string): string =>
    `${words.exact(done)} of ${words.exact(total)} answered → ${path}.`,
  unfinished: (id: string, state: JobState): string =>
    ` Job ${id} is ${states[state]}; the rest has no answer yet.`,
  sandbox: ' [simulated]',
};

export type JobTexts = typeof jobs;
