import type { Core } from '../../core.js';
import { type BijiaError, ConfigError } from '../../errors.js';
import type { ClaimedChunk, JobRows } from '../../state/job-rows.js';
import { createCoreBatchSource } from '../core-batch-source.js';
import type { JobRecord } from '../jobs/job-record.js';
import type { Journal } from '../journal/journal.js';
import { createListWork } from '../list-work.js';
import { openPages } from '../open-work.js';
import { createReferenceTable } from '../reference-table.js';
import type { Work } from '../work.js';
import { type ChunkBody, parseChunkBody } from './chunks.js';
import type { PatienceOptions } from './patience.js';
import { createResultWriter } from './result-writer.js';
import { openRowJournal, toOutcome } from './row-journal.js';

/** A part of a job, as the engine works through it. */
export interface OpenChunk {
  readonly work: Work;
  readonly journal: Pick<Journal, 'append'>;
}

export interface OpenChunkOptions {
  readonly core: Core;
  readonly rows: JobRows;
  readonly patience: PatienceOptions;
}

/**
 * @returns undefined where this process would ask another provider
 * @throws StateError; ConfigError for a chunk that is damaged
 */
export async function openChunk(
  chunk: ClaimedChunk,
  record: JobRecord,
  options: OpenChunkOptions,
): Promise<OpenChunk | undefined> {
  return record.key.kind === 'shop'
    ? openPagesOf(chunk, record, options)
    : openReferences(chunk, record, options);
}

async function openPagesOf(
  chunk: ClaimedChunk,
  record: JobRecord,
  { core, rows, patience }: OpenChunkOptions,
): Promise<OpenChunk | undefined> {
  const journal = await openRowJournal(rows, { id: chunk.job, run: chunk.run });
  const { work, source } = await openPages(record, core, journal);
  if (source !== chunk.source) return undefined;
  return { work, journal: createResultWriter(chunk, rows, patience) };
}

async function openReferences(
  chunk: ClaimedChunk,
  { key }: JobRecord,
  { core, rows, patience }: OpenChunkOptions,
): Promise<OpenChunk | undefined> {
  const body = parseChunkBody(chunk.body);
  if (!body) throw createDamagedError(chunk);
  const references = createReferenceTable();
  for (const reference of [...body.references, ...body.probes]) references.add(reference);
  const source = createCoreBatchSource(core, { ...key, fresh: chunk.fresh });
  const [refType] = references.refTypes;
  if (!refType || source.getRoute(refType).source !== chunk.source) return undefined;
  const journal = await openChunkJournal(chunk, body, rows);
  const work = createListWork({ references, journal, source, retryFailed: chunk.retryFailed });
  const writer = createResultWriter(chunk, rows, patience);
  return {
    // How the first burst is shaped depends on the whole job.
    work: { ...work, expectedCalls: chunk.expectedCalls },
    journal: {
      append: async (at, outcome, result) => {
        const index = body.indexes[at];
        // A probe belongs to another chunk, which asks for it.
        if (index !== undefined) await writer.append(index, outcome, result);
      },
    },
  };
}

/** What is known of the references of a chunk; its probes pass for answered: nobody asks for them but in doubt. */
async function openChunkJournal({ job, run }: ClaimedChunk, { indexes }: ChunkBody, rows: JobRows) {
  const known = await rows.listOutcomes(job, run, indexes);
  const outcomes = new Map(known.map(({ index, outcome }) => [index, toOutcome(outcome)]));
  return {
    outcomeAt: (at: number) => {
      const index = indexes[at];
      return index === undefined ? 'ok' : outcomes.get(index);
    },
    counts: () => ({}),
  };
}

function createDamagedError({ job }: ClaimedChunk): BijiaError {
  return new ConfigError(
    `A part of job ${job} is damaged in the shared database. Give its list again to start over, or remove it with "bijia jobs rm ${job}".`,
    { code: 'job_damaged', facts: { id: job } },
  );
}
