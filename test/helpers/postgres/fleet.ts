import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChunkWork, createChunkWork } from '../../../src/core/batch/shared/chunk-work.js';
import { createClock } from '../../../src/core/clock.js';
import {
  type Batches,
  type Core,
  createBatches,
  createCore,
  parseConfig,
  providers,
} from '../../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { migrateDatabase } from './migrate-database.js';
import { type PostgresServer, startPostgres } from './server.js';
import { skipQuarantine } from './skip-quarantine.js';

type Environment = Readonly<Record<string, string>>;

export interface Machine {
  readonly core: Core;
  readonly batches: Batches;
  readonly work: ChunkWork;
  /** Works on what is open until nothing is. */
  readonly workOff: () => Promise<void>;
}

/** Machines that share a real database, and the simulated upstreams. */
export type Fleet = Awaited<ReturnType<typeof openFleet>>;

/**
 * @param quota of every upstream
 * @param callTimeout long enough for a busy machine: a call that runs out of it is made again
 */
export async function openFleet(quota = '1000/1s', callTimeout = '10s') {
  const server: PostgresServer = await startPostgres();
  await migrateDatabase(server.url);
  skipQuarantine(server);
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox: Sandbox = await startSandbox({ upstreams, quota });
  const folder = await mkdtemp(join(tmpdir(), 'bijia-fleet-'));
  const cores: Core[] = [];

  const getEnvironment = (name: string): Environment => ({
    ...(sandbox.environment as Environment),
    ...{ BIJIA_SANDBOX: '0', BIJIA_STATE_DIR: join(folder, name), BIJIA_DATABASE_URL: server.url },
    // Whatever else runs here may keep the server waiting.
    BIJIA_DATABASE_TIMEOUT: '10s',
    ...{ BIJIA_CALL_TIMEOUT: callTimeout, BIJIA_LOG_LEVEL: 'error', BIJIA_HISTORY: '0' },
  });
  const openMachine = (environment: Environment = {}): Machine => {
    const core = createCore(parseConfig({ ...getEnvironment(`machine${cores.length}`), ...environment }));
    cores.push(core);
    if (!core.jobRows) throw new Error('the machine shares no database');
    const work = createChunkWork({ core, rows: core.jobRows, ...createClock() });
    const { signal } = new AbortController();
    const workOff = async () => {
      while ((await work.workNext(signal)) === 'worked');
    };
    return { core, batches: createBatches(core), work, workOff };
  };
  return {
    ...{ server, sandbox, folder, getEnvironment, openMachine },
    /** Calls that asked for products, and for how many different ones. */
    countAsked: () => {
      const ids = sandbox.arrivals().flatMap((arrival) => arrival.ids);
      return { calls: ids.length, different: new Set(ids).size };
    },
    countResults: () => Number(server.psql('SELECT count(*) FROM bijia.result')),
    close: async () => {
      await Promise.all(cores.map((core) => core.close()));
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
      server.close();
    },
  };
}

export const listLinks = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, at) => `https://item.jd.com/${100_000_010_000 + first + at}.html`);
