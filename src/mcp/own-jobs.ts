import { type Batches, InputError, type JobRecord, toBijiaError } from '../core/index.js';

/** Jobs of chats belong to those who asked for them there. */
export const OWN_JOBS = 'local';

/** @throws InputError, the same for a job of a chat as for none */
export async function getOwnJob(id: string, { get }: Pick<Batches, 'get'>): Promise<JobRecord> {
  const record = await get(id).catch((error: unknown) => {
    if (toBijiaError(error).code !== 'no_such_job') throw error;
  });
  if (record?.key.owner === OWN_JOBS) return record;
  throw new InputError(`There is no job ${id.slice(0, 40)}. Begin anew with products.`, {
    code: 'no_such_job',
  });
}
