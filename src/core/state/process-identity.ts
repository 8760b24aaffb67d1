import { readFile, readlink } from 'node:fs/promises';
import * as z from 'zod/mini';

/** Names one process for good: ids of processes are given again, also after a restart of the machine. */
export const ProcessIdentity = z.object({
  pid: z.int().check(z.minimum(1)),
  /**
   * Within which the pid counts, such as `pid:[4026531836]`: containers that share a state folder each have a process 7.
   * Empty where the system does not tell; absent in what older versions wrote.
   */
  namespace: z.optional(z.string()),
  /** The machine's present boot; empty where the system does not tell. */
  bootId: z.string(),
  /** When the process began, in the system's own count; empty where it does not tell. */
  startTime: z.string(),
  /** Monotonic clock when this was written, milliseconds since boot: tells boots apart elsewhere. */
  uptimeMs: z.number(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** `unseen`: it is in another container, of which nothing can be seen from here. */
export type ProcessLife = 'alive' | 'gone' | 'unseen';

export interface Processes {
  readonly self: () => Promise<ProcessIdentity>;
  readonly getLife: (identity: ProcessIdentity) => Promise<ProcessLife>;
}

/** The machine's processes: by `/proc` where there is one, else by the pid and the time since boot. */
export function createProcesses(pid = process.pid): Processes {
  const describe = async (id: number) => ({
    pid: id,
    namespace: await readPidNamespace(),
    bootId: (await readOptional('/proc/sys/kernel/random/boot_id')).trim(),
    startTime: parseStartTime(await readOptional(`/proc/${id}/stat`)),
    uptimeMs: Number(process.hrtime.bigint() / 1_000_000n),
  });
  return {
    self: () => describe(pid),
    getLife: async (identity) => {
      const now = await describe(identity.pid);
      const { namespace = now.namespace } = identity;
      // Before the boot: some containers are given a boot id of their own.
      if (namespace !== now.namespace) return 'unseen';
      if (now.bootId !== identity.bootId || now.uptimeMs < identity.uptimeMs) return 'gone';
      const isSame = now.startTime !== '' && now.startTime === identity.startTime;
      return (now.bootId === '' ? canSignal(identity.pid) : isSame) ? 'alive' : 'gone';
    },
  };
}

/** @returns an empty text where the system does not tell */
export async function readPidNamespace(): Promise<string> {
  return readlink('/proc/self/ns/pid').catch(() => '');
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

/** Whether there is a process of this id in this container, be it another user's. */
export function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
