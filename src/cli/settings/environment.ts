import { join } from 'node:path';
import {
  type Environment,
  listUnknownSettings,
  type Settings,
  type UnknownSetting,
} from '../../core/index.js';
import { type EnvFile, type LineFault, readEnvFile } from './env-file.js';

export interface EnvironmentOptions {
  /** The real environment; it wins. */
  readonly environment: Environment;
  readonly cwd: string;
  /** Groups of settings: an address of a group counts only next to the group's credentials. */
  readonly groups: readonly Settings[];
  /** Beginnings of names, besides those of the groups, that nothing else uses. */
  readonly prefixes: readonly string[];
}

/** Something about the settings that does not do what it was written for. */
export type SettingFault =
  | (LineFault & { readonly file: string })
  | { readonly kind: 'encoding' | 'access'; readonly file: string }
  | { readonly kind: 'ignored_proxy' | 'ignored_address'; readonly name: string; readonly file: string }
  | (UnknownSetting & { readonly kind: 'unknown'; readonly file?: string });

export interface ReadEnvironment {
  readonly environment: Environment;
  readonly faults: readonly SettingFault[];
}

/**
 * The environment together with a `.env` file of the working directory, for commands that a person starts. An
 * address in the file counts only when the secrets that would be sent there stand in the same file: a stranger's
 * file must lead neither a person's own secrets nor a file of theirs to a stranger's host.
 */
export function readEnvironment({ environment, cwd, groups, prefixes }: EnvironmentOptions): ReadEnvironment {
  const unknown = listUnknownSettings(environment, groups, prefixes);
  const outside = unknown.map((one): SettingFault => ({ kind: 'unknown', ...one }));
  const file = readEnvFile(join(cwd, FILE));
  if (!file) return { environment, faults: outside };
  const loose = listLooseAddresses(file.values, environment, groups);
  const kept = Object.entries(file.values).filter(([name]) => !loose.has(name.toUpperCase()));
  return {
    environment: { ...Object.fromEntries(kept), ...environment },
    faults: [...listFileFaults(file, FILE, groups, prefixes), ...listIgnored(file.values, loose), ...outside],
  };
}

const FILE = '.env';

/** What is wrong with a file of settings, for every reader. */
export function listFileFaults(
  { values, faults, unreadable }: EnvFile,
  file: string,
  groups: readonly Settings[],
  prefixes: readonly string[],
): SettingFault[] {
  const unknown = listUnknownSettings(values, groups, prefixes);
  return [
    ...(unreadable === undefined ? [] : [{ kind: unreadable, file }]),
    ...faults.map((fault) => ({ ...fault, file })),
    ...unknown.map((one): SettingFault => ({ kind: 'unknown', file, ...one })),
  ];
}

function listIgnored(values: Environment, loose: ReadonlySet<string>): SettingFault[] {
  return Object.keys(values).flatMap((name): SettingFault[] => {
    const upper = name.toUpperCase();
    if (!loose.has(upper) || !values[name]?.trim()) return [];
    return [{ kind: PROXIES.includes(upper) ? 'ignored_proxy' : 'ignored_address', name, file: FILE }];
  });
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
