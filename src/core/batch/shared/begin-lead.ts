import * as z from 'zod';
import type { Core } from '../../core.js';
import { type BijiaError, toBijiaError } from '../../errors.js';
import type { BeginOptions, JobRow, JobRows } from '../../state/job-rows.js';
import { createCoreBatchSource } from '../core-batch-source.js';
import { createDamagedError, getOnly } from '../jobs/job-reader.js';
import type { JobRecord } from '../jobs/job-record.js';
import type { JobOptions } from '../jobs/run-job.js';
import { getShopRoute } from '../open-work.js';
import { ChunkType } from './chunks.js';
import { createRunningError, SHARED_DATABASE } from './row-record.js';
import { toStoredCause } from './stored-cause.js';

export interface BeginLeadOptions extends Pick<JobOptions, 'extra' | 'fresh' | 'retryFailed' | 'maxCalls'> {
  readonly core: Core;
  readonly rows: JobRows;
  /** Tells this run apart from all others, of this process too. */
  readonly leader: string;
}

/** Makes a job run under this process, or goes on with one whose leader died. @throws InputError while another leads it */
export async function beginLead(row: JobRow, record: JobRecord, options: BeginLeadOptions): Promise<void> {
  const { core, rows, fresh = false, retryFailed = false, maxCalls } = options;
  const { data: types } = z.array(ChunkType).safeParse(row.types);
  if (!types) throw createDamagedError(row.id, SHARED_DATABASE);
  const routes = types.map((type) => getSource(core, record, type));
  const begun = await rows.begin(row.id, options.leader, {
    ...{ fresh, retryFailed, maxCalls, missing: findMissing(routes) },
    ...('extra' in options && { extra: options.extra }),
    sources: routes.map((route) => (typeof route === 'string' ? route : undefined)),
  });
  if (begun === 'led') throw createRunningError();
  if (begun === 'gone') getOnly(row.id, []);
}

/** @returns the provider that answers, or why none does */
function getSource(core: Core, { key }: JobRecord, type: ChunkType): string | BijiaError {
  try {
    const { platform, kind, idType } = type;
    if (kind === 'shop') return getShopRoute(core, platform, key.source).source;
    return createCoreBatchSource(core, key).getRoute({ platform, kind, idType }).source;
  } catch (error) {
    return toBijiaError(error);
  }
}

/** What somebody has to configure before all lines can be asked for. */
function findMissing(routes: readonly (string | BijiaError)[]): BeginOptions['missing'] {
  const isMissing = (route: string | BijiaError) =>
    typeof route !== 'string' && route.outcome === 'not_configured';
  const first = routes.find(isMissing);
  if (first === undefined || typeof first === 'string') return undefined;
  const types = routes.flatMap((route, type) => (isMissing(route) ? [type] : []));
  return { types, cause: toStoredCause(first) };
}
