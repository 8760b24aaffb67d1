import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment, Settings } from '../core/index.js';

export interface EnvironmentOptions {
  /** The real environment; it wins. */
  readonly environment: Environment;
  readonly cwd: string;
  /** Groups of settings: an address of a group counts only beside the group's credentials. */
  readonly groups: readonly Settings[];
}

/**
 * The environment together with a `.env` file of the working directory, for commands that a person starts. An
 * address in the file counts only when the same file holds the credentials that would be sent there: a stranger's
 * file must not lead a person's own secrets to a stranger's host.
 */
export function readEnvironment({ environment, cwd, groups }: EnvironmentOptions): Environment {
  const file = readEnvFile(join(cwd, '.env'));
  return file ? { ...dropLooseAddresses(file, groups), ...environment } : environment;
}

/** @returns undefined where there is no such file */
export function readEnvFile(path: string): Environment | undefined {
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Environment;
  } catch {
    return undefined;
  }
}

function dropLooseAddresses(file: Environment, groups: readonly Settings[]): Environment {
  const isSet = (env: string) => file[env] !== undefined || file[`${env}_FILE`] !== undefined;
  const loose = new Set(PROXIES);
  for (const group of groups) {
    const settings = Object.values(group);
    const secrets = settings.filter((setting) => setting.credential && setting.secret);
    if (secrets.length > 0 && secrets.every(({ env }) => isSet(env))) continue;
    for (const setting of settings) if (setting.isAddress) loose.add(setting.env);
  }
  return Object.fromEntries(Object.entries(file).filter(([name]) => !loose.has(name.toUpperCase())));
}

/** They see every call, whatever its credentials. */
const PROXIES: readonly string[] = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
