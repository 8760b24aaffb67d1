import { ConfigError } from './errors.js';
import { GENERAL_SETTINGS, type GeneralValues } from './general-settings.js';
import type { Marketplace } from './marketplace.js';
import type { Capability, Provider } from './provider.js';
import { parseFlag } from './setting-parsers.js';
import type { Setting, Settings, ValuesOf } from './settings.js';
import { type DatabaseSettings, listDatabaseSecrets, toDatabase } from './state/database-settings.js';
import { readWebhooks, type Webhook } from './watch-settings.js';
import type { Bilingual } from './words/bilingual.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfiguredProvider {
  readonly provider: Provider;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What the environment says, checked: general settings, and the providers with and without credentials. */
export interface Config {
  readonly general: GeneralValues;
  /** All of them, in registry order. */
  readonly providers: readonly Provider[];
  /** In registry order. */
  readonly configured: readonly ConfiguredProvider[];
  readonly unconfigured: readonly { readonly provider: Provider; readonly missing: readonly string[] }[];
  /** What several machines share; undefined for the state folder of this one. */
  readonly database: DatabaseSettings | undefined;
  /** Where price alerts may be posted to. */
  readonly webhooks: readonly Webhook[];
  /** Every secret value, for redaction. */
  readonly secrets: readonly string[];
}

/** Whether everything is the embedded sandbox's. */
export const isSandbox = ({ general }: Pick<Config, 'general'>): boolean => general.sandbox;

/** Whether an environment asks for the embedded sandbox, be it in a word that is not known; wherever else it may be wrong. */
export function asksForSandbox(environment: Environment): boolean {
  try {
    return parseFlag(environment[GENERAL_SETTINGS.sandbox.env]?.trim() || '0');
  } catch {
    return true;
  }
}

/** Marketplaces that some provider, configured or not, can answer about, or of which it can do this. */
export function listSupported(
  { providers }: Pick<Config, 'providers'>,
  capability: Capability = 'product',
): Marketplace[] {
  const able = providers.filter(({ capabilities }) => capabilities.includes(capability));
  return [...new Set(able.map(({ marketplace }) => marketplace))];
}

/** Marketplaces that a configured provider can answer about. */
export const listAnswerable = ({ configured }: Pick<Config, 'configured'>): Marketplace[] => [
  ...new Set(configured.map(({ provider }) => provider.marketplace)),
];

/** The only marketplace that anything is asked of, where there is no other. */
export function findSole(config: Pick<Config, 'configured'>): string | undefined {
  const [only, ...others] = listAnswerable(config);
  return others.length === 0 ? only?.id : undefined;
}

export interface ConfigSources {
  readonly providers: readonly Provider[];
  /** Reads the file that a `…_FILE` variable names. */
  readonly readFile: (path: string) => string;
}

/**
 * Turns the environment into a typed configuration. A provider without any credential is merely unconfigured.
 * @throws ConfigError that names every problem at once, and no secret
 */
export function parseConfig(environment: Environment, { providers, readFile }: ConfigSources): Config {
  const reader = createSettingsReader(environment, readFile);
  const general = reader.read(GENERAL_SETTINGS);
  const configured: ConfiguredProvider[] = [];
  const unconfigured: { provider: Provider; missing: string[] }[] = [];
  for (const provider of providers) {
    const credentials = Object.values(provider.settings).filter((setting) => setting.credential);
    const missing = credentials
      .filter((setting) => reader.lookUp(setting) === undefined)
      .map(({ env }) => env);
    const values = reader.read(provider.settings);
    if (missing.length === 0) configured.push({ provider, values });
    else unconfigured.push({ provider, missing });
    if (missing.length > 0 && missing.length < credentials.length) {
      reader.problems.push(
        ...missing.map((env) => ({
          en: `${env} is missing, while other credentials of ${provider.id} are set`,
          zh: `缺少 ${env}：${provider.id} 的其他凭据已经设置`,
        })),
      );
    }
  }
  assertNoProblems(reader.problems);
  const webhooks = readWebhooks(environment);
  const database = toDatabase(general, general.sandbox);
  const hooks = webhooks.flatMap(({ secret }) => secret ?? []);
  const secrets = [...reader.secrets, ...hooks, ...listDatabaseSecrets(database)];
  return { general, providers, configured, unconfigured, database, webhooks, secrets };
}

/**
 * Reads a group of settings, for adapters that have their own.
 * @throws ConfigError that names every problem at once
 */
export function parseSettings<S extends Settings>(
  settings: S,
  environment: Environment,
  readFile: ConfigSources['readFile'],
): { readonly values: ValuesOf<S>; readonly secrets: readonly string[] } {
  const reader = createSettingsReader(environment, readFile);
  const values = reader.read(settings);
  assertNoProblems(reader.problems);
  return { values, secrets: reader.secrets };
}

function assertNoProblems(problems: readonly Bilingual[]): void {
  if (problems.length === 0) return;
  const formatProblems = (language: keyof Bilingual) =>
    problems.map((problem) => `- ${problem[language]}`).join('\n');
  throw new ConfigError(`The configuration has to be changed:\n${formatProblems('en')}`, {
    ...{ code: 'configuration', facts: { problems: formatProblems('zh') } },
  });
}

/**
 * What a variable says: under its name, under the same in small letters, as those of proxies often are, or in the file that
 * `…_FILE` names. Undefined where it is not set, also where that file says nothing.
 */
export function findValue(
  environment: Environment,
  env: string,
  readFile: ConfigSources['readFile'],
): string | undefined {
  const value = environment[env]?.trim() || environment[env.toLowerCase()]?.trim();
  const path = environment[`${env}_FILE`]?.trim();
  return value || (path && tryReading(path, readFile)) || undefined;
}

function tryReading(path: string, readFile: ConfigSources['readFile']): string | undefined {
  try {
    return readFile(path).trim();
  } catch {
    return undefined;
  }
}

function createSettingsReader(environment: Environment, readFile: (path: string) => string) {
  const problems: Bilingual[] = [];
  const secrets: string[] = [];

  const lookUp = ({ env }: Setting<unknown>): string | undefined => {
    const value = findValue(environment, env, readFile);
    const path = environment[`${env}_FILE`]?.trim();
    if (value !== undefined || !path) return value;
    // Taken for unset, a secret that was not mounted would change where everything is kept.
    const isEmpty = tryReading(path, readFile) === '';
    const [en, zh] = isEmpty ? ['is empty', '是空的'] : ['cannot be read', '无法读取'];
    const problem = { en: `${env}_FILE names a file that ${en}`, zh: `${env}_FILE 指定的文件${zh}` };
    if (problems.every((known) => known.en !== problem.en)) problems.push(problem);
    return undefined;
  };

  const readOne = (setting: Setting<unknown>): unknown => {
    const value = lookUp(setting);
    if (value === undefined) return setting.fallback;
    if (setting.secret) secrets.push(value);
    try {
      return setting.parse(value);
    } catch (error) {
      const { env, choices, example } = setting;
      const accepted = choices ? `可以是 ${choices.join('、')}` : example && `例如 ${example}`;
      problems.push({
        en: `${env} ${error instanceof Error ? error.message : 'cannot be read'}`,
        zh: [`${env} 的写法不对`, accepted].filter(Boolean).join('，'),
      });
      return setting.fallback;
    }
  };

  const read = <S extends Settings>(settings: S) =>
    Object.fromEntries(
      Object.entries(settings).map(([name, setting]) => [name, readOne(setting)]),
    ) as ValuesOf<S>;

  return { problems, secrets, lookUp, read };
}
