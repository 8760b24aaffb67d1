import { type ConfigSources, type Environment, findValue } from '../config.js';
import { createRedactor } from '../logger.js';
import type { Setting, Settings } from '../settings.js';
import { type Check, formatCheck, mapTexts } from './check.js';

export interface ReportFacts {
  readonly version: string;
  readonly nodeVersion: string;
  /** Operating system and processor. */
  readonly platform: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly environment: Environment;
  /** Reads the file that a `…_FILE` variable names. */
  readonly readFile: ConfigSources['readFile'];
  /** What the environment may set; anything else stays out. */
  readonly settings: readonly Settings[];
  readonly checks: readonly Check[];
  /** Shown as `~`: it often holds a person's name. */
  readonly homeDir: string;
}

/** What a person may publish: no secret, no key, no home folder; of the environment only what has a default. */
export function createReport(facts: ReportFacts) {
  const { version, nodeVersion, platform, atMs, homeDir } = facts;
  const all = facts.settings.flatMap((group) => Object.values(group));
  const keys = all.flatMap(({ env, credential, secret }) => {
    const value = credential || secret ? findValue(facts.environment, env, facts.readFile) : undefined;
    return value === undefined ? [] : [{ env, value }];
  });
  const { redact } = createRedactor();
  const clean = (text: string): string => {
    let shown = redact(text);
    for (const { env, value } of keys) shown = shown.replaceAll(value, `[${env}]`);
    return homeDir.length > 1 ? shown.replaceAll(homeDir, '~') : shown;
  };
  return {
    bijia: version,
    node: nodeVersion,
    platform,
    at: new Date(atMs).toISOString(),
    settings: Object.fromEntries(
      all.flatMap((setting) => {
        const shown = showSetting(setting, facts);
        return shown === undefined ? [] : [[setting.env, clean(shown)]];
      }),
    ),
    checks: facts.checks.map((check) => formatCheck(mapTexts(check, clean))),
  };
}

function showSetting(
  { env, credential, secret, fallback }: Setting<unknown>,
  { environment, readFile }: ReportFacts,
) {
  if (environment[`${env}_FILE`]) return 'set by file';
  const value = findValue(environment, env, readFile);
  if (value === undefined) return undefined;
  return credential || secret || fallback === undefined ? 'set' : value;
}
