import type { Environment } from './config.js';
import { findNearestName } from './nearest-name.js';
import type { Settings } from './settings.js';
import { isWebhookVariable } from './watch-settings.js';

/** A variable that looks like one of ours and is none. */
export interface UnknownSetting {
  readonly name: string;
  /** What was probably meant. */
  readonly nearest?: string;
}

/** Names that no setting has, of upstreams that people know from elsewhere. */
const OTHER_PREFIXES = ['TBK', 'DATAOKE'];
/** Proxies and the like belong to every program: a name that begins as they do says nothing about us. */
const SHARED_PREFIXES = new Set(['HTTP', 'HTTPS', 'NO', 'ALL']);

/**
 * The variables whose name begins as those of our settings do, but which no setting has: misspelt, most likely.
 * @param others further beginnings, such as the ids of marketplaces
 */
export function listUnknownSettings(
  environment: Environment,
  groups: readonly Settings[],
  others: readonly string[],
): UnknownSetting[] {
  const known = groups.flatMap((group) => Object.values(group).map(({ env }) => env));
  const names = new Set(known.flatMap((env) => [env, `${env}_FILE`]));
  const beginnings = [...known.map((env) => env.split('_')[0] ?? ''), ...others, ...OTHER_PREFIXES];
  const prefixes = new Set(
    beginnings.map((one) => one.toUpperCase()).filter((one) => !SHARED_PREFIXES.has(one)),
  );
  return Object.entries(environment).flatMap(([name, value]) => {
    const upper = name.toUpperCase();
    const isOurs = prefixes.has(upper.split('_')[0] ?? '') && upper.includes('_');
    if (!value || !isOurs || names.has(upper) || isWebhookVariable(upper)) return [];
    const nearest = findNearestName(upper, [...names]);
    return [{ name, ...(nearest !== undefined && { nearest }) }];
  });
}
