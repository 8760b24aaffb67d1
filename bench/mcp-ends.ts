import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { providers } from '../src/core/index.js';
import { type Sandbox, startSandbox } from '../src/sandbox/start-sandbox.js';
import type { Figure } from './figure.js';
import { connectHttp, connectStdio, type Environment, startTeam } from './mcp-clients.js';
import type { Era } from './mcp-start.js';

const ROUNDS = 5;
const CALLS = 16;
const ITEMS = 500;
const METHOD = 'jd.union.open.goods.detail.query';
const WATCHED_MS = 1000;
const ERAS: readonly Era[] = ['older', 'newer'];

/** How soon the server is quiet: after a cancellation, by the log of the simulated upstream, and when told to end. */
export async function measureEnds(stateDir: string): Promise<Figure[]> {
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, quota: '1000/1s' });
  const environment = { ...sandbox.environment, BIJIA_CALL_TIMEOUT: '1h', BIJIA_STATE_DIR: stateDir };
  try {
    const place = { sandbox, environment, nextIds: createIds() };
    return [...(await measureCancels(place)), await measureSigterm(place)];
  } finally {
    await sandbox.close();
  }
}

interface Place {
  readonly sandbox: Sandbox;
  readonly environment: Environment;
  /** Ids that nobody has asked about. */
  readonly nextIds: (count: number) => string[];
}

function createIds(): Place['nextIds'] {
  let last = 100_130_000_000;
  return (count) =>
    Array.from({ length: count }, () => {
      last += 7;
      return String(last);
    });
}

async function measureCancels(place: Place): Promise<Figure[]> {
  const team = await startTeam(place.environment);
  const figures: Figure[] = [];
  for (const era of ERAS) {
    for (const over of ['stdio', 'HTTP'] as const) {
      const lastMs: number[] = [];
      const client = await (over === 'stdio'
        ? connectStdio(era, place.environment)
        : connectHttp(era, team.url));
      for (let round = 0; round < ROUNDS; round += 1) lastMs.push(await cancelBatch(client.call, place));
      await client.close();
      const name = `cancel to the last upstream call, ${over}${era === 'newer' ? ', 2026-07-28' : ''}`;
      figures.push({
        name: `${name} (worst of ${ROUNDS})`,
        unit: 'ms',
        value: Math.max(...lastMs),
        atMost: 300,
      });
    }
  }
  team.child.kill();
  return figures;
}

/** Cancels a batch whose calls follow each other. @returns how long after that the last of them arrived */
async function cancelBatch(
  call: (name: string, args: Record<string, unknown>, signal: AbortSignal) => Promise<unknown>,
  { sandbox, nextIds }: Place,
): Promise<number> {
  sandbox.clear();
  sandbox.setFaults([{ kind: 'slow', method: METHOD, delayMs: 100 }]);
  const controller = new AbortController();
  const args = { products: nextIds(ITEMS), platform: 'jd' };
  const calling = call('batch_products', args, controller.signal).catch(() => undefined);
  while (sandbox.arrivals().length < CALLS) await sleep(1);
  const cancelledUs = Number(process.hrtime.bigint() / 1000n);
  controller.abort();
  await Promise.all([calling, sleep(WATCHED_MS)]);
  const last = sandbox.arrivals().at(-1);
  return Math.max(0, ((last?.atUs ?? 0) - cancelledUs) / 1000);
}

async function measureSigterm({ sandbox, environment, nextIds }: Place): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const team = await startTeam(environment);
    const client = await connectHttp('newer', team.url);
    sandbox.clear();
    sandbox.setFaults([{ kind: 'hang', method: METHOD }]);
    const callings = nextIds(CALLS).map((product) => client.call('get_product', { product, platform: 'jd' }));
    const settled = Promise.allSettled(callings);
    while (sandbox.arrivals().length < CALLS) await sleep(1);
    const startMs = performance.now();
    team.child.kill('SIGTERM');
    await once(team.child, 'exit');
    times.push(performance.now() - startMs);
    await settled;
    await client.close();
  }
  return {
    name: `SIGTERM to the end, HTTP, ${CALLS} calls under way (worst of ${ROUNDS})`,
    unit: 'ms',
    value: Math.max(...times),
    atMost: 1000,
  };
}
