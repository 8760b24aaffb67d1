import type { Core } from '../../core.js';
import type { JobRows } from '../../state/job-rows.js';
import { openPage, type ReadRows } from '../finished-page.js';
import { indexRows } from '../jobs/job-index.js';
import type { JobRecord } from '../jobs/job-record.js';
import { openWork } from '../open-work.js';
import { openRowJournal, openRowPlaces } from './row-journal.js';

export interface SharedPageOptions {
  readonly core: Core;
  readonly rows: JobRows;
  /** What this machine keeps of the job. */
  readonly folder: string;
  readonly fetchCopy: () => Promise<string>;
}

/**
 * Reads rows of a finished job from any of them on. Where they stand is written down on this machine, the first time
 * that it is asked: later pages read nothing but their own rows.
 */
export async function openSharedPage(
  record: JobRecord,
  { core, rows, folder, fetchCopy }: SharedPageOptions,
): Promise<ReadRows | undefined> {
  if (record.state !== 'finished') return undefined;
  const { id, run, updatedAtMs } = record;
  const open = () => openPage(record, { core, folder, openAnswers: () => openRowPlaces(rows, { id, run }) });
  const known = await open();
  if (known) return known;
  const copyPath = await fetchCopy();
  const openJournal = ({ size }: { readonly size?: number }) => openRowJournal(rows, { id, run, size });
  const opened = await openWork(record, { core, copyPath, openJournal, rowsOnly: true });
  // Only a shortcut: without it all rows are read in their order.
  await indexRows(folder, run, opened, updatedAtMs).catch(() => undefined);
  return open();
}
