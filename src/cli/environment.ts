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
 * address in the file counts only when the secrets that would be sent there stand in the same file: a stranger's
 * file must lead neither a person's own secrets nor a file of theirs to a stranger's host.
 */
export function readEnvironment({ environment, cwd, groups }: EnvironmentOptions): Environment {
  const file = readEnvFile(join(cwd, '.env'));
  if (!file) return environment;
  const loose = listLooseAddresses(file, environment, groups);
  const kept = Object.entries(file).filter(([name]) => !loose.has(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...environment };
}

/** @returns undefined where there is no such file */
export function readEnvFile(path: string): Environment | undefined {
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Environment;
  } catch {
    return undefined;
  }
}

/** The addresses of each group whose secrets come, or may come, from elsewhere than the file itself. */
function listLooseAddresses(
  file: Environment,
  environment: Environment,
  groups: readonly Settings[],
): ReadonlySet<string> {
  const isSetOutside = (env: string) =>
    [env, env.toLowerCase(), `${env}_FILE`].some((name) => environment[name] !== undefined);
  const loose = new Set(PROXIES);
  for (const group of groups) {
    const settings = Object.values(group);
    const secrets = settings.filter(({ secret, isAddress }) => secret && !isAddress);
    const required = secrets.filter(({ credential }) => credential);
    const isWhole = required.length > 0 && required.every(({ env }) => file[env]?.trim());
    const isAlone = !secrets.some(({ env }) => isSetOutside(env) || file[`${env}_FILE`] !== undefined);
    if (isWhole && isAlone) continue;
    for (const setting of settings) if (setting.isAddress) loose.add(setting.env);
  }
  return loose;
}

/** They see every call, whatever its credentials. */
const PROXIES: readonly string[] = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
