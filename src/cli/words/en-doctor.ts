import { countOf, WORDS } from '../../core/index.js';

const words = WORDS.en;

/** What `bijia doctor` says around its checks, in English. */
export const doctor = {
  /** Areas that are not a source. */
  areas: { machine: 'machine', configuration: 'configuration', database: 'database' },
  waiting: (waitMs: number): string => `Waiting ${words.duration(waitMs)} for the quota …`,
  askToPay: (provider: string, probe: string): string =>
    `${provider}: ${probe} takes one paid call. Make it? [y/N]`,
  summary: (problems: number, skipped: number): string => {
    const unknown = skipped === 0 ? '' : ` ${skipped} not tried.`;
    if (problems === 0) return `No problem found.${unknown}`;
    return `${problems} ${problems === 1 ? 'problem' : 'problems'} found.${unknown}`;
  },
  wroteRecords: (count: number, path: string): string =>
    `Wrote ${countOf(count, 'answer')} to ${path}. Read them once before you show them to anybody.`,
  wroteReport: (path: string): string => `Wrote ${path}. Read it once before you show it to anybody.`,
};
