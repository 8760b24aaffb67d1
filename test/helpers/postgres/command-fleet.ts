import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providers } from '../../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { type StartedCli, startCliProcess } from '../run-cli.js';
import { migrateDatabase } from './migrate-database.js';
import { type PostgresServer, startPostgres } from './server.js';

/** Machines that share a database, each a state folder in which commands run as processes. */
export interface CommandFleet {
  readonly folder: string;
  readonly server: PostgresServer;
  readonly sandbox: Sandbox;
  /** @param environment added to what all machines have */
  readonly start: (
    machine: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => StartedCli;
  readonly close: () => Promise<void>;
}

/** @param quota of the sandbox, which judges it */
export async function openCommandFleet(quota: string): Promise<CommandFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'bijia-fleet-'));
  const server = await startPostgres();
  await migrateDatabase(server.url);
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, quota, latencyMs: [2, 10] });
  const children: StartedCli[] = [];
  return {
    ...{ folder, server, sandbox },
    start: (machine, args, own = {}) => {
      const environment = {
        ...sandbox.environment,
        // Whatever else runs here may keep the server waiting.
        BIJIA_DATABASE_TIMEOUT: '20s',
        ...own,
        BIJIA_SANDBOX: '0',
        BIJIA_STATE_DIR: join(folder, machine),
        BIJIA_DATABASE_URL: server.url,
      };
      const child = startCliProcess(args, { environment });
      children.push(child);
      return child;
    },
    close: async () => {
      for (const child of children) child.signal('SIGKILL');
      // Until then they may write into the folder.
      await Promise.all(children.map(({ end }) => end));
      await sandbox.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
