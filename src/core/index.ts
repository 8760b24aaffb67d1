import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMonotonicClock } from './clock.js';
import { type Config, type Environment, parseConfig as parseConfigWith } from './config.js';
import { type Core, type CoreParts, createCore as createCoreFrom } from './core.js';
import { createLimiter } from './limiter.js';
import { createFolderPermits } from './permit-folder.js';
import { marketplaces, providers } from './providers/index.js';
import { createShortLinkOpener } from './short-link.js';
import { getStateDir } from './state-dir.js';
import { createTokenFolder } from './token-store.js';
import { createTransport } from './transport.js';

/**
 * Reads the configuration of all registered providers from environment variables.
 * @throws ConfigError that names every problem at once
 */
export function parseConfig(environment: Environment): Config {
  return parseConfigWith(environment, { providers, readFile: (path) => readFileSync(path, 'utf8') });
}

/**
 * The core over real HTTP, with its state on disk. Close it to let the process end.
 * @param parts replaces parts of it, for tests and embedding
 */
export function createCore(config: Config, parts: Partial<CoreParts> = {}): Core {
  const { general } = config;
  const stateDir = parts.stateDir ?? getStateDir(general.stateDir, general.sandbox === '1');
  const { callTimeoutMs } = general;
  const transport = parts.transport ?? createTransport({ timeoutMs: callTimeoutMs, proxy: general });
  const hasProxy = general.httpsProxy !== undefined || general.httpProxy !== undefined;
  return createCoreFrom({
    config,
    marketplaces,
    stateDir,
    transport,
    tokenStore: createTokenFolder({ folder: join(stateDir, 'tokens'), lockMs: 2 * callTimeoutMs }),
    createLimiter: (group, limit) =>
      createLimiter(
        createFolderPermits({
          folder: join(stateDir, 'permits', group),
          limit,
          callTimeoutMs,
          batchFirst: general.batchFirst === '1',
          clock: createMonotonicClock(),
        }),
      ),
    shortLinks: createShortLinkOpener({
      marketplaces,
      lookup,
      dispatcher: hasProxy ? transport.dispatcher : undefined,
    }),
    writeLog: (line) => process.stderr.write(`${line}\n`),
    now: Date.now,
    random: Math.random,
    ...parts,
  });
}

export { type Cell, type Column, getColumns, type TableRows, toTableRows } from './batch/output-columns.js';
export type { Row } from './batch/row.js';
export type { Config, Environment } from './config.js';
export { GENERAL_SETTINGS, parseSettings } from './config.js';
export type { Core, CoreParts, ShopOptions } from './core.js';
export * from './errors.js';
export { parseRefs } from './link-parser.js';
export { createRedactor, type Logger, type LogLevel } from './logger.js';
export type { LinkRule, Marketplace } from './marketplace.js';
export { cleanText } from './normalizer.js';
export type { Lane, PermitStatus } from './permits.js';
export * from './product.js';
export {
  type ErrorJson,
  formatError,
  formatProduct,
  formatRefJson,
  formatResult,
  ProductJson,
  type RefJson,
  type Result,
  type ResultJson,
  toYuan,
} from './product-json.js';
export type { GetOptions } from './products.js';
export type { Provider } from './provider.js';
export { marketplaces, providers } from './providers/index.js';
export type { ReadReference } from './reference.js';
export * from './settings.js';
export type { ShopListing, ShopRef } from './shop-listing.js';
export { createShortLinkOpener } from './short-link.js';
