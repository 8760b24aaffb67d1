import { hash } from 'node:crypto';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { ConfigError, OUTCOMES } from '../../errors.js';
import { cleanText } from '../../product/normalizer.js';
import { DETAILS } from '../../product/product.js';
import { readStateFile, replaceFile } from '../../state/state-file.js';
import { onDisk } from '../disk-error.js';
import type { Output } from '../output/output.js';

/** What a job is about: equal parts give the same job, whatever is done with its results. */
export const JobKey = z.object({
  kind: z.enum(['batch', 'shop']),
  /** Hash of the references, or what else is asked for. */
  list: z.string(),
  detail: z.enum(DETAILS),
  /** Platform and provider that were asked for. */
  platform: z.string().optional(),
  source: z.string().optional(),
  /** Where calls go and with which key, hashed; in order of the providers. */
  gateways: z.array(z.string()),
  sandbox: z.boolean(),
  /** `local`, or who asked for it from elsewhere. */
  owner: z.string(),
  /** Tells lists apart that ask for the same references in other lines. */
  variant: z.string().optional(),
  /** Whether the upstreams' own answers are kept: what is known without them has to be asked for again. */
  raw: z.boolean().optional(),
});
export type JobKey = z.infer<typeof JobKey>;

/** Ten hexadecimal digits: short enough to be typed. */
export function getJobId(key: JobKey): string {
  const { kind, list, detail, platform, source, gateways, sandbox, owner, variant, raw } = key;
  const parts = [
    kind,
    list,
    detail,
    platform ?? '',
    source ?? '',
    gateways,
    sandbox,
    owner,
    ...(variant ? [variant] : []),
    ...(raw ? ['raw'] : []),
  ];
  return hash('sha256', JSON.stringify(parts)).slice(0, 10);
}

/**
 * `planned`: nothing was sent yet. `stopped`: a cause that someone has to fix, or a killed process. `finished`:
 * every line has its outcome.
 */
export const JOB_STATES = ['planned', 'running', 'stopped', 'cancelled', 'finished'] as const;
/** One of {@link JOB_STATES}. */
export type JobState = (typeof JOB_STATES)[number];

/** Files are named with it: what is larger was not written here. */
const MAX_RUN = 999_999_999;

export const JobRecord = z.object({
  version: z.literal(1),
  id: z.string(),
  key: JobKey,
  state: z.enum(JOB_STATES),
  /** Why it stopped, with the upstream's own id of the call and its own words, for operators. */
  cause: z
    .object({
      code: z.string(),
      message: z.string(),
      trace: z.string().optional(),
      said: z.string().optional(),
    })
    .optional(),
  /** What it is called in lists: the input's name, which may be a stranger's. */
  label: z.string().transform((label) => cleanText(label, 100) ?? ''),
  /** Counted from 1 and never used twice; a finished job that is asked for again begins a new run. */
  run: z.int().min(1).max(MAX_RUN),
  /** Lines of the input; the products of a shop. */
  lines: z.int().min(0),
  /** References, each fetched once; the products of a shop as far as it told, 0 before its first page. */
  total: z.int().min(0),
  done: z.int().min(0),
  /** By reference. */
  counts: z.partialRecord(z.enum(OUTCOMES), z.int().min(0)),
  /** Calls that were billed, over all runs; absent where no answer says so. */
  billed: z.int().min(0).optional(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  /** How the results were wanted, so that the id alone is enough to go on. */
  output: z
    .object({
      path: z.string().optional(),
      format: z.enum(['jsonl', 'csv', 'xlsx']),
      rows: z.enum(['product', 'sku']),
      keep: z.boolean().optional(),
      plain: z.boolean().optional(),
    })
    .optional(),
  /** For a shop: what to ask for. */
  shop: z.object({ platform: z.string(), id: z.string(), url: z.string() }).optional(),
  /** The face's own part, such as the chat to answer to; the face reads it with a schema of its own. */
  extra: z.record(z.string(), z.unknown()).optional(),
});
/** What is on disk about one job: what was asked for, how far it is, and how it ended. */
export type JobRecord = z.infer<typeof JobRecord>;

/** Where a job's results go, when they go to a file. */
export function toOutput({ output, key }: JobRecord): Output | undefined {
  return output?.path === undefined ? undefined : { ...output, path: output.path, detail: key.detail };
}

const FILE = 'job.json';
const VERSION = 1;

export const recordPathOf = (folder: string) => join(folder, FILE);

/**
 * @returns undefined when there is none, or a torn one: what it said is lost, and nothing is made up in its place
 * @throws ConfigError for the record of a newer version, or for something that is not a file
 */
export async function readJobRecord(folder: string): Promise<JobRecord | undefined> {
  const text = await readStateFile(recordPathOf(folder));
  const record = parseJobRecord(text === undefined ? undefined : parseJson(text), folder);
  // One that names another job says nothing of this one.
  return record?.id === basename(folder) ? record : undefined;
}

/**
 * @param place where it was read, for who has to do something about it
 * @returns undefined for a damaged one
 * @throws ConfigError for the record of a newer version
 */
export function parseJobRecord(json: unknown, place: string): JobRecord | undefined {
  if (isNewer(json)) throw createNewerError(place);
  const { data: record } = JobRecord.safeParse(json);
  if (!record) return undefined;
  // Earlier versions counted the pages of a shop.
  return record.key.kind === 'shop' ? { ...record, lines: record.total } : record;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a newer version of bijia wrote it. */
export function isNewer(json: unknown): boolean {
  const { data } = z.object({ version: z.number() }).safeParse(json);
  return data !== undefined && data.version > VERSION;
}

function createNewerError(folder: string): ConfigError {
  return new ConfigError(
    `The job in ${folder} was written by a newer version of bijia. Use that version to continue it, or remove the job with "bijia jobs rm ${basename(folder)}".`,
    { code: 'job_version' },
  );
}

/** Replaces the record at once and for good: a reader sees the old or the new one, whole. */
export async function writeJobRecord(folder: string, record: JobRecord): Promise<void> {
  await onDisk(() => replaceFile(recordPathOf(folder), `${JSON.stringify(record, undefined, 1)}\n`));
}
