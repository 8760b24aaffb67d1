import { ConfigError } from './errors.js';
import type { LogLevel } from './logger.js';
import { parseWholeNumber } from './setting-parsers.js';
import {
  choice,
  duration,
  flag,
  flagOn,
  proxy,
  type Settings,
  text,
  timeout,
  type ValuesOf,
  wholeNumber,
} from './settings.js';
import { priceMoves } from './simulation/price-moves.js';
import { DATABASE_SETTINGS } from './state/database-settings.js';
import { WATCH_SETTINGS } from './watch-settings.js';
import { language } from './words/index.js';

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
