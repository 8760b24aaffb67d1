import { BijiaError, ConfigError } from '../errors.js';

/** Says what an operator can do about a disk that does not take what a job has to keep. */
export function toDiskError(error: unknown): BijiaError {
  if (error instanceof BijiaError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new ConfigError(
    isFull
      ? 'The disk that holds the jobs is full. Free some space, then resume the job: what is recorded stays.'
      : `The state of the job cannot be written (${code}). Set BIJIA_STATE_DIR to a folder on a local disk that this user may write to, then resume the job.`,
    { code: isFull ? 'disk_full' : 'state_not_writable', cause: error },
  );
}

/** Runs what writes to the state folder. @throws ConfigError when the disk does not take it */
export async function onDisk<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw toDiskError(error);
  }
}
