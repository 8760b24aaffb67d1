import { join } from 'node:path';
import type { Clock } from '../../clock.js';
import type { Core } from '../../core.js';
import { InputError } from '../../errors.js';
import type { Processes } from '../../state/process-identity.js';
import { openPage, type ReadRows } from '../finished-page.js';
import { type KnownJournal, openJournal } from '../journal/journal.js';
import { followJournal, type JournalFollower } from '../journal/journal-follower.js';
import { type JournalPlaces, openJournalPlaces } from '../journal/journal-places.js';
import type { JournalFacts } from '../open-work.js';
import { type JobRecord, toOutput } from './job-record.js';
import { COPY_FILE, createJobStore, type JobStore } from './job-store.js';
import { type JobOptions, type JobReport, runJob } from './run-job.js';

/** Keeps jobs and runs them: in the state folder of one machine, or in the database of several. */
export interface JobKeeper extends Omit<JobStore, 'lock'> {
  /** Runs or resumes a job. @throws BijiaError when it cannot begin, or its output not be written */
  readonly run: (id: string, options: JobOptions) => Promise<JobReport>;
  readonly openJournal: (facts: JournalFacts) => Promise<KnownJournal>;
  /** The same of a job whose answers still come. */
  readonly followJournal: (facts: JournalFacts) => Promise<JournalFollower>;
  /** @param segments as the journal counts them */
  readonly openAnswers: (record: JobRecord, segments: readonly string[]) => JournalPlaces;
  /** The job's copy of its list, as a file of this machine. */
  readonly getCopyPath: (id: string) => Promise<string>;
  /** Reads rows from any of them on; undefined where all have to be read in their order. */
  readonly openPage: (record: JobRecord) => Promise<ReadRows | undefined>;
}

export interface FolderKeeperOptions {
  readonly core: Core;
  readonly processes: Processes;
  readonly clock: Clock;
}

/** Jobs in the state folder, which the processes of this machine share. */
export function createFolderKeeper({ core, processes, clock }: FolderKeeperOptions): JobKeeper {
  const { lock, ...store } = createJobStore({ stateDir: core.stateDir, processes, clock });
  const { folderOf } = store;
  const openAnswers = ({ id, key }: JobRecord, segments: readonly string[]) =>
    openJournalPlaces(
      segments.map((name) => join(folderOf(id), name)),
      key.list,
    );
  return {
    ...store,
    openJournal: (facts) => openJournal({ folder: folderOf(facts.id), ...facts }),
    getCopyPath: async (id) => join(folderOf(id), COPY_FILE),
    followJournal: async (facts) => followJournal({ folder: folderOf(facts.id), ...facts }),
    openAnswers,
    openPage: (record) =>
      openPage(record, {
        ...{ core, folder: folderOf(record.id) },
        openAnswers: (segments) => openAnswers(record, segments),
      }),
    run: async (id, options) => {
      const job = await lock(id);
      try {
        const record = job.record();
        if (record.state === 'finished' && !options.retryFailed) throw createFinishedError(record.id);
        const output = options.output ?? toOutput(record);
        return await runJob(job, { ...options, ...clock, output, core });
      } finally {
        await job.release();
      }
    },
  };
}

/** For a job that has nothing left to ask for. */
export function createFinishedError(id: string): InputError {
  return new InputError(`Job ${id} is finished. Give its list again for fresh answers.`, {
    code: 'job_finished',
    facts: { id },
  });
}
