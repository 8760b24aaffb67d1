import { readFileSync } from 'node:fs';
import {
  BijiaError,
  type Clock,
  ConfigError,
  type Environment,
  type Provider,
  parseConfig,
  parseSettings,
  requireStateFolder,
} from '../../core/index.js';
import type { OpenedCore } from '../protocol/session.js';
import { type HttpAddress, type ServedProcess, serveHttp } from './serve-http.js';
import { HTTP_SETTINGS } from './settings.js';

export interface TeamOptions extends Pick<Clock, 'now' | 'monotonicNow'> {
  readonly version: string;
  /** As given: `port` or `host:port`. */
  readonly address: string;
  /** @throws ConfigError */
  readonly readEnvironment: () => Promise<Environment>;
  /** @param uses which of the configured sources are used @throws ConfigError */
  readonly openCore: (environment: Environment, uses: (provider: Provider) => boolean) => Promise<OpenedCore>;
  readonly tell: (text: string) => void;
}

/** Serves a team over HTTP. @returns the exit code; 2 when the configuration is wrong */
export async function serveTeam(
  { address, readEnvironment, openCore, tell, ...options }: TeamOptions,
  served: ServedProcess,
): Promise<number> {
  try {
    const environment = await readEnvironment();
    const { values } = parseSettings(HTTP_SETTINGS, environment, (path) => readFileSync(path, 'utf8'));
    // What is wrong with the configuration is said now, to the operator.
    requireStateFolder(parseConfig(environment));
    const opened = await openCore(environment, isForEverybody);
    return await serveHttp(
      {
        ...options,
        tell,
        settings: values,
        address: parseHttpAddress(address),
        openCore: async () => opened,
      },
      served,
    );
  } catch (error) {
    if (!(error instanceof BijiaError)) throw error;
    tell(error.message);
    return 2;
  }
}

/** Sources that a person had to authorise answer about that person's own goods. */
const isForEverybody = ({ login }: Provider) => login === undefined;

/** @throws ConfigError */
function parseHttpAddress(text: string): HttpAddress {
  const [, host = '127.0.0.1', port] =
    /^(?:([A-Za-z\d.-]+|\[[\da-fA-F:.]+\]):)?(\d{1,5})$/.exec(text.trim()) ?? [];
  if (port !== undefined && Number(port) < 65_536) return { host, port: Number(port) };
  throw new ConfigError('--http expects a port or host:port, such as 8848 or 0.0.0.0:8848.');
}
