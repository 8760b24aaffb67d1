import { ConfigError } from './errors.js';
import type { LogLevel } from './logger.js';
import type { Marketplace } from './marketplace.js';
import type { Capability, Provider } from './provider.js';
import { parseFlag, parseWholeNumber } from './setting-parsers.js';
import {
  choice,
  duration,
  flag,
  flagOn,
  proxy,
  type Setting,
  type Settings,
  text,
  timeout,
  type ValuesOf,
  wholeNumber,
} from './settings.js';
import { priceMoves } from './simulation/price-moves.js';
import {
  DATABASE_SETTINGS,
  type DatabaseSettings,
  listDatabaseSecrets,
  toDatabase,
} from './state/database-settings.js';
import { readWebhooks, WATCH_SETTINGS, type Webhook } from './watch-settings.js';
import type { Bilingual } from './words/bilingual.js';
import { language } from './words/index.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['warn', 'silent', 'error', 'info', 'debug'] as const satisfies readonly LogLevel[];

/** Room for all of them is made at once. */
const MOST_CACHE_ENTRIES = 1_000_000;

function parseCacheEntries(text: string): number {
  const entries = parseWholeNumber(text);
  if (entries <= MOST_CACHE_ENTRIES) return entries;
  throw new ConfigError('expects a whole number from 0 to 1000000');
}

/** Settings that belong to no provider. */
export const GENERAL_SETTINGS = {
  stateDir: text('BIJIA_STATE_DIR', {
    about: 'Folder for permits, tokens and jobs, on a local disk; shared by all processes',
  }),
  sandbox: flag('BIJIA_SANDBOX', {
    about: '1 answers from the embedded sandbox, whatever credentials are set',
  }),
  sandboxPrices: priceMoves('BIJIA_SANDBOX_PRICES', {
    about: 'Prices of the sandbox move: how long each stays, and what prices are multiplied by in turn',
  }),
  cacheTtlMs: duration('BIJIA_CACHE_TTL', '5m', { about: 'How long an answer is used again' }),
  callTimeoutMs: timeout('BIJIA_CALL_TIMEOUT', '15s', { about: 'Longest time for one call to an upstream' }),
  answerWithinMs: timeout('BIJIA_ANSWER_WITHIN', '45s', {
    about: 'Longest time until an assistant gets an answer',
  }),
  batchFirst: flag('BIJIA_BATCH_FIRST', {
    about: '1 keeps no calls in reserve for people, who wait while a list is looked up',
  }),
  language: language('BIJIA_LANG', {
    about: 'Language of what people read: zh or en; else that of the system',
  }),
  buyLinks: flag('BIJIA_BUY_LINKS', {
    about:
      '1 shows addresses that earn the operator a commission, marked as promotion links; making one may take a call',
  }),
  paidFallback: flag('BIJIA_PAID_FALLBACK', {
    about:
      '1 asks a source that is paid by the call for what a free one does not know; a batch says before it begins how often at most',
  }),
  history: flagOn('BIJIA_HISTORY', {
    about: '0 notes no prices for the price history',
  }),
  ...WATCH_SETTINGS,
  historyDays: wholeNumber('BIJIA_HISTORY_DAYS', {
    about: 'How long the price history of a product is kept after it was seen last',
    example: '1100',
  }),
  logLevel: choice('BIJIA_LOG_LEVEL', LOG_LEVELS, { about: 'What is written to stderr' }),
  httpsProxy: proxy('HTTPS_PROXY', { about: 'Proxy for addresses that begin with https://' }),
  httpProxy: proxy('HTTP_PROXY', { about: 'Proxy for addresses that begin with http://' }),
  noProxy: text('NO_PROXY', { about: 'Hosts that are reached without a proxy; * for all' }),
  cacheEntries: {
    ...wholeNumber('BIJIA_CACHE_ENTRIES', {
      about: 'How many answers are kept in memory',
      example: '5000',
    }),
    parse: parseCacheEntries,
  },
  ...DATABASE_SETTINGS,
} satisfies Settings;

export type GeneralValues = ValuesOf<typeof GENERAL_SETTINGS>;

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
