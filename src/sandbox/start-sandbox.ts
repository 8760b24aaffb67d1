import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../core/errors.js';
import { parseQuota, type Quota } from '../core/setting-parsers.js';
import { getPriceFactor, type PriceMoves, parsePriceMoves } from '../core/simulation/price-moves.js';
import {
  createDice,
  deriveSandboxSecret,
  SANDBOX_KEY_PREFIX,
  type SandboxUpstream,
  type SandboxWorld,
} from '../core/simulation/upstream.js';
import { listCatalogue } from './catalogue.js';
import { createControl } from './control.js';
import { createFaultPlan, type Fault } from './fault-plan.js';
import { type Arrival, createQuotaJudge, type GroupStats } from './quota-judge.js';
import { createReply, type Delay } from './reply.js';
import { createRoutes } from './routes.js';

export interface SandboxOptions {
  readonly upstreams: readonly SandboxUpstream[];
  /** Loopback port; 0, the default, takes a free one. */
  readonly port?: number;
  /** `<calls>/<duration>` for every upstream; else what `environment` says for each. */
  readonly quota?: string;
  /** Where the configured quotas are read from. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How prices move, by the wall clock: the same for all processes. Else what `environment` says. */
  readonly prices?: PriceMoves;
  /** App key given to bijia; a new random one per start when absent. Begins with `sandbox-`. */
  readonly appKey?: string;
  /** Applications besides those whose key begins with `sandbox-`: secrets by app key. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How long every answer takes. */
  readonly latencyMs?: Delay;
  /** How long every request is on its way before it counts: the jitter of a network. */
  readonly transitMs?: Delay;
  /** Life of issued tokens in milliseconds, instead of each upstream's own. */
  readonly tokenLifeMs?: number;
  /** Wall clock, milliseconds since 1970. */
  readonly now?: () => number;
  /** From 0 to below 1: latency, fault rates, tokens. */
  readonly random?: () => number;
  /** Makes `random` repeatable. */
  readonly seed?: string;
}

/** A running sandbox. */
export interface Sandbox {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Environment that points bijia at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every counted call since the start or the last clearing, in order of arrival. */
  readonly arrivals: () => readonly Arrival[];
  readonly stats: () => readonly GroupStats[];
  /** Replaces all faults. */
  readonly setFaults: (faults: readonly Fault[]) => void;
  /** Forgets arrivals; the quota starts again. */
  readonly clear: () => void;
  /** Lets all prices move from now on; undefined: they are what they always were. */
  readonly setPrices: (moves: PriceMoves | undefined) => void;
  /** Life of tokens issued from now on; undefined for each upstream's own. */
  readonly setTokenLife: (lifeMs: number | undefined) => void;
  /** Lets every token that was issued so far run out now. */
  readonly expireTokens: () => void;
  /** Ends at once: open connections are cut. */
  readonly close: () => Promise<void>;
}

function readMonotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function createWorld(options: SandboxOptions): {
  world: SandboxWorld;
  setTokenLife: Sandbox['setTokenLife'];
} {
  const { secrets = {}, seed } = options;
  let tokenLifeMs = options.tokenLifeMs;
  const world: SandboxWorld = {
    now: options.now ?? Date.now,
    random: options.random ?? (seed === undefined ? Math.random : createDice(seed).roll),
    secretOf: (appKey) =>
      appKey.startsWith(SANDBOX_KEY_PREFIX) ? deriveSandboxSecret(appKey) : secrets[appKey],
    tokenLifeMs: () => tokenLifeMs,
  };
  return {
    world,
    setTokenLife: (lifeMs) => {
      tokenLifeMs = lifeMs;
    },
  };
}

/** A schedule that is set later begins then. */
function createPrices(now: () => number, first: PriceMoves | undefined) {
  let current: { readonly moves: PriceMoves; readonly sinceMs: number } | undefined;
  if (first) current = { moves: first, sinceMs: 0 };
  return {
    set: (moves: PriceMoves | undefined) => {
      current = moves && { moves, sinceMs: now() };
    },
    factor: () => (current ? getPriceFactor(current.moves, now() - current.sinceMs) : 1),
  };
}

function createQuotas(options: SandboxOptions): Record<string, string> {
  const { upstreams, quota, environment = {} } = options;
  return Object.fromEntries(
    upstreams.map((upstream) => [
      upstream.quota.env,
      quota ?? (environment[upstream.quota.env]?.trim() || upstream.quota.fallback),
    ]),
  );
}

function readPrices({ environment = {} }: SandboxOptions): PriceMoves | undefined {
  const text = environment['BIJIA_SANDBOX_PRICES']?.trim();
  return text ? parsePriceMoves(text) : undefined;
}

function readQuota(name: string, text: string): Quota {
  try {
    return parseQuota(text);
  } catch (error) {
    throw new ConfigError(`${name} ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Serves the simulated upstreams on a loopback port.
 * @throws ConfigError for a quota that cannot be read; the server's error for a port that is taken
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { upstreams, latencyMs = 0, transitMs = 0 } = options;
  const { world, setTokenLife } = createWorld(options);
  const quotas = createQuotas(options);
  const judge = createQuotaJudge(readMonotonicUs);
  const faults = createFaultPlan(world.random);
  const prices = createPrices(world.now, options.prices ?? readPrices(options));
  const served = upstreams.map((upstream) => ({
    upstream,
    handler: upstream.create(world),
    limit: readQuota(upstream.quota.env, quotas[upstream.quota.env] ?? upstream.quota.fallback),
  }));
  const expireTokens = () => {
    for (const { handler } of served) handler.expireTokens?.();
  };
  const control = createControl({
    catalogue: listCatalogue(upstreams),
    judge,
    faults,
    setPrices: prices.set,
    setTokenLife,
    expireTokens,
  });
  const routes = createRoutes({ served, control, judge, faults, priceFactor: prices.factor });
  const closing = new AbortController();
  // Every request that is under way listens.
  setMaxListeners(0, closing.signal);
  const reply = createReply({ world, latencyMs, transitMs, routes, closing: closing.signal });
  const server = await listen(reply, options.port ?? 0);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const appKey = options.appKey ?? `${SANDBOX_KEY_PREFIX}${randomBytes(6).toString('hex')}`;
  return {
    origin,
    environment: Object.assign(
      {},
      quotas,
      ...upstreams.map(({ environment }) => environment(origin, appKey)),
    ),
    arrivals: judge.arrivals,
    stats: judge.stats,
    setFaults: faults.set,
    clear: judge.clear,
    setPrices: prices.set,
    setTokenLife,
    expireTokens,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(reply: (request: IncomingMessage, response: ServerResponse) => void, port: number) {
  const server = createServer({ keepAliveTimeout: 30_000 }, reply);
  return new Promise<typeof server>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
