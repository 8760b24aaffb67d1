import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createProcesses, type ProcessIdentity } from '../../../src/core/state/process-identity.js';

const IN_CONTAINER = ['--pid', '--fork', '--mount-proc', '--map-root-user'];
const canContain = spawnSync('unshare', [...IN_CONTAINER, 'true']).status === 0;

describe('createProcesses', () => {
  it('knows itself, and nobody of another boot or start', async () => {
    const processes = createProcesses();
    const self = await processes.self();
    const others: readonly Partial<ProcessIdentity>[] = [
      { bootId: 'another' },
      { startTime: '1' },
      { uptimeMs: self.uptimeMs + 1e9 },
    ];
    expect(await processes.getLife(self)).toBe('alive');
    for (const other of others) expect(await processes.getLife({ ...self, ...other })).toBe('gone');
  });

  it('sees a process end', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = await createProcesses(child.pid).self();
    expect(await createProcesses().getLife(identity)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await createProcesses().getLife(identity)).toBe('gone');
  });

  it('cannot tell of a process in another container, whose boot may have another name', async () => {
    const self = await createProcesses().self();
    const other = { ...self, namespace: 'pid:[1]', bootId: 'another' };
    expect(await createProcesses().getLife(other)).toBe('unseen');
  });

  it.skipIf(!canContain)('tells containers apart', async () => {
    const { namespace } = await createProcesses().self();
    const readlink = ['readlink', '/proc/self/ns/pid'];
    const other = execFileSync('unshare', [...IN_CONTAINER, ...readlink], { encoding: 'utf8' }).trim();
    expect(namespace).toMatch(/^pid:\[\d+\]$/);
    expect(other).not.toBe(namespace);
  });
});
