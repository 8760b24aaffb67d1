import { readFileSync } from 'node:fs';
import { createLimiter } from '../call/limiter.js';
import type { Lookup } from '../call/public-address.js';
import { createTransport } from '../call/transport.js';
import { createClock } from '../clock.js';
import { type Config, type Environment, isSandbox, parseConfig as parseConfigWith } from '../config.js';
import { type Core, type CoreParts, createCore as createCoreFrom } from '../core.js';
import { describeHistoryFailure } from '../history/describe-failure.js';
import { createProductFinder } from '../history/find-product.js';
import { createHistory } from '../history/history.js';
import { createShortLinkOpener } from '../links/short-link.js';
import { marketplaces, providers } from '../providers/index.js';
import { openKeptHistory } from '../state/history/open-history-store.js';
import { requireFolderPlace } from '../state/local-folder.js';
import { openState } from '../state/open-state.js';
import { getStateDir } from '../state/state-dir.js';

/** Three years, and a few days to compare with the day three years ago. */
const DEFAULT_HISTORY_DAYS = 1100;

/** Resolves host names: of short links only, so that it is loaded with the first. */
const lookup: Lookup = async (hostname, options) =>
  (await import('node:dns/promises')).lookup(hostname, options);

/**
 * Reads the configuration of all registered providers from environment variables.
 * @throws ConfigError that names every problem at once
 */
export function parseConfig(environment: Environment): Config {
  return parseConfigWith(environment, { providers, readFile: (path) => readFileSync(path, 'utf8') });
}

/**
 * Sees that the state can have its folder, for what serves long before it needs one.
 * @throws ConfigError that names BIJIA_STATE_DIR
 */
export function requireStateFolder(config: Config): void {
  requireFolderPlace(getStateDir(config.general.stateDir, isSandbox(config)));
}

/** Replaces parts of the core, for tests and embedding. */
export interface GivenParts extends Partial<CoreParts> {
  /** For a process that makes some calls and ends. */
  readonly isBrief?: boolean;
}

/** The core over real HTTP, with its state on disk. Close it to let the process end. */
export function createCore(config: Config, { isBrief, ...parts }: GivenParts = {}): Core {
  const { general } = config;
  const stateDir = parts.stateDir ?? getStateDir(general.stateDir, isSandbox(config));
  const clock = createClock();
  const { callTimeoutMs } = general;
  const state = openState(config.database, {
    ...{
      stateDir,
      callTimeoutMs,
      batchFirst: general.batchFirst,
      clock,
      random: Math.random,
      answerTtlMs: general.cacheTtlMs,
    },
  });
  const transport = parts.transport ?? createTransport({ timeoutMs: callTimeoutMs, proxy: general, isBrief });
  const hasProxy = general.httpsProxy !== undefined || general.httpProxy !== undefined;
  return createCoreFrom({
    config,
    marketplaces,
    stateDir,
    transport,
    state,
    createLimiter: (group, limit) => createLimiter(state.createPermits(group, limit), limit.intervalMs),
    shortLinks: createShortLinkOpener({
      marketplaces,
      lookup,
      openDispatcher: hasProxy ? transport.openDispatcher : undefined,
    }),
    openHistory: (place, log) =>
      createHistory({
        folder: place.folder,
        openStore: () => state.openHistory(place, { ...clock, tell: (text) => log.warn(text) }),
        ...(state.inspectDatabase && {
          sharing: {
            ...clock,
            openOwn: () => openKeptHistory(place.folder, { ...clock, tell: (text) => log.warn(text) }),
          },
        }),
        findProduct: createProductFinder(marketplaces, providers),
        keptDays: general.historyDays ?? DEFAULT_HISTORY_DAYS,
        pid: process.pid,
        ...clock,
        onFailure: (error) => log.warn(describeHistoryFailure(error), { detail: String(error) }),
      }),
    writeLog: (line) => process.stderr.write(`${line}\n`),
    ...clock,
    random: Math.random,
    ...parts,
  });
}

/** The HTTP client, loaded when it is first needed. */
export const loadHttpClient = () => import('../call/http-client.js');
