import { type BroughtHistory, countOf } from '../../core/index.js';

/** What is said about the database that several machines share, in English. */
export const db = {
  none: 'No shared database is set: the state folder of this machine is used. For several machines set BIJIA_DATABASE_URL; see docs/fleet.md.',
  status: (found: number, newest: number): string =>
    found === newest
      ? `The tables are those of this version (${found}).`
      : `The tables have version ${found}; this program needs ${newest}. ${found < newest ? 'Run: bijia db migrate' : 'Update this installation of bijia.'}`,
  missing: (number: number, about: string): string => `  missing: ${number} ${about}`,
  step: (number: number, about: string): string => `${number}: ${about}`,
  done: (found: number): string => `The tables have version ${found}.`,
  imported: ({ series, watches, alerts }: BroughtHistory): string =>
    `In the database now: ${series} price series, ${countOf(watches, 'price alert')}, ${countOf(alerts, 'message')} to be sent. The table of the state folder stays as it was.`,
  nothingKept: (folder: string): string => `This machine has kept no price history of its own in ${folder}.`,
  queue: (found: number, newest: number): string =>
    found >= newest
      ? `The tables of the queue are those of this version (${found}).`
      : `The tables of the queue have version ${found}; this program needs ${newest}. Run: bijia db migrate`,
};

export type DatabaseTexts = typeof db;
