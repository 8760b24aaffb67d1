import { readFile } from 'node:fs/promises';
import * as z from 'zod';

/** Names one process for good: ids of processes are given again, also after a restart of the machine. */
export const ProcessIdentity = z.object({
  pid: z.int().min(1),
  /** Of the machine's present boot; empty where the system does not tell. */
  bootId: z.string(),
  /** When the process began, in the system's own count; empty where it does not tell. */
  startTime: z.string(),
  /** Monotonic clock when this was written, milliseconds since boot: tells boots apart elsewhere. */
  uptimeMs: z.number(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

export interface Processes {
  readonly self: () => Promise<ProcessIdentity>;
  readonly isAlive: (identity: ProcessIdentity) => Promise<boolean>;
}

/** The machine's processes: by `/proc` where there is one, else by the pid and the time since boot. */
export function createProcesses(pid = process.pid): Processes {
  const describe = async (id: number): Promise<ProcessIdentity> => ({
    pid: id,
    bootId: (await readOptional('/proc/sys/kernel/random/boot_id')).trim(),
    startTime: parseStartTime(await readOptional(`/proc/${id}/stat`)),
    uptimeMs: Number(process.hrtime.bigint() / 1_000_000n),
  });
  return {
    self: () => describe(pid),
    isAlive: async (identity) => {
      const now = await describe(identity.pid);
      if (now.bootId !== identity.bootId || now.uptimeMs < identity.uptimeMs) return false;
      if (now.bootId !== '') return now.startTime !== '' && now.startTime === identity.startTime;
      return canSignal(identity.pid);
    },
  };
}

async function readOptional(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/**
 * The 22nd field of `/proc/<pid>/stat`; the second, the name in brackets, may hold anything.
 * @returns an empty text for a process that is gone, or dead but not yet collected by its parent
 */
function parseStartTime(stat: string): string {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? '' : (fields[19] ?? '');
}

/** Whether there is a process of this id, be it another user's. */
export function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
