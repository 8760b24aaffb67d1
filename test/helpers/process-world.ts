import type { Processes, ProcessIdentity } from '../../src/core/state/process-identity.js';

/** Processes, in containers or not, that live and die as a test says. */
export function createProcessWorld() {
  const alive = new Set<string>();
  const nameOf = ({ pid, namespace = '' }: Pick<ProcessIdentity, 'pid' | 'namespace'>) =>
    `${namespace} ${pid}`;
  const start = (pid: number, namespace = ''): Processes => {
    alive.add(nameOf({ pid, namespace }));
    return {
      self: async () => ({ pid, namespace, bootId: 'b', startTime: '1', uptimeMs: 1 }),
      getLife: async (other) => {
        if (other.namespace !== namespace) return 'unseen';
        return alive.has(nameOf(other)) ? 'alive' : 'gone';
      },
    };
  };
  return { start, kill: (pid: number, namespace = '') => alive.delete(nameOf({ pid, namespace })) };
}
