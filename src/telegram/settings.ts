import {
  address,
  ConfigError,
  optionalSecret,
  parseAddress,
  parseProxy,
  parseWholeNumber,
  type Setting,
  secret,
  type ValuesOf,
  wholeNumber,
} from '../core/index.js';
import { type IdList, parseIdList } from './people/access.js';

const idList = (env: string, about: string): Setting<IdList> => ({
  env,
  about,
  example: '123456789,987654321',
  parse: parseIdList,
  fallback: { all: false, ids: new Set<number>() },
});

const countWithDefault = (env: string, fallback: number, about: string): Setting<number> => ({
  ...wholeNumber(env, { about, example: String(fallback) }),
  parse: parseWholeNumber,
  fallback,
});

/** The variables of the bot. Only the token has to be set; nobody may use the bot until somebody is let in. */
export const TELEGRAM_SETTINGS = {
  token: secret('TELEGRAM_BOT_TOKEN', {
    about: 'Token of the bot, from @BotFather',
    example: '123456789:AAE…',
  }),
  apiRoot: address('TELEGRAM_API_ROOT', 'https://api.telegram.org', {
    about: 'Address of the Bot API, for a local Bot API server',
  }),
  allowedUsers: idList(
    'TELEGRAM_ALLOWED_USERS',
    'Numeric ids of the users who may use the bot; * for everybody',
  ),
  allowedChats: idList(
    'TELEGRAM_ALLOWED_CHATS',
    'Numeric ids of chats whose members may use it there; * for all',
  ),
  admins: {
    ...idList('TELEGRAM_ADMINS', 'Numeric ids of users who see everything and have no daily limit'),
    parse: parseAdminList,
  },
  dailyCalls: countWithDefault(
    'TELEGRAM_DAILY_CALLS',
    5000,
    'Upstream calls that one user may cause in a day (GMT+8)',
  ),
  maxBatchItems: countWithDefault('TELEGRAM_MAX_BATCH', 5000, 'Most products in one batch'),
  maxWatches: countWithDefault('TELEGRAM_MAX_WATCHES', 50, 'Most price alerts of one user'),
  webhookUrl: {
    env: 'TELEGRAM_WEBHOOK_URL',
    about: 'Public https address that Telegram delivers to; without it the bot polls',
    example: 'https://bot.example.com/telegram',
    parse: parseWebhookUrl,
    fallback: undefined,
  } satisfies Setting<string | undefined>,
  webhookSecret: optionalSecret('TELEGRAM_WEBHOOK_SECRET', {
    about: 'Required with a webhook: 16 to 256 letters, digits, _ and -',
  }),
  webhookPort: wholeNumber('TELEGRAM_WEBHOOK_PORT', {
    about: 'Port that the webhook and /healthz listen on; without a webhook only /healthz',
    example: '8080',
  }),
  webhookHost: {
    env: 'TELEGRAM_WEBHOOK_HOST',
    about: 'Address that the port is opened on',
    example: '127.0.0.1',
    parse: (text: string) => text.trim(),
    fallback: '127.0.0.1',
  } satisfies Setting<string>,
  proxyUrl: {
    ...optionalSecret('TELEGRAM_PROXY_URL', {
      about: 'Proxy for everything exchanged with Telegram: http://, https:// or socks5://',
      example: 'http://127.0.0.1:7890',
    }),
    parse: parseProxy,
    isAddress: true,
  } satisfies Setting<string | undefined>,
};

export type TelegramValues = ValuesOf<typeof TELEGRAM_SETTINGS>;

/** Everybody an admin is never meant. */
function parseAdminList(text: string): IdList {
  const list = parseIdList(text);
  if (!list.all) return list;
  throw new ConfigError('expects numeric ids; * is not possible here');
}

function parseWebhookUrl(text: string): string {
  const url = parseAddress(text);
  if (url.startsWith('https://')) return url;
  throw new ConfigError('expects an address that begins with https://');
}

/** @throws ConfigError for values that do not fit together, naming the variables */
export function checkTelegramValues({ token, webhookUrl, webhookSecret }: TelegramValues): void {
  if (!token) {
    throw new ConfigError('TELEGRAM_BOT_TOKEN is missing. Talk to @BotFather to get one.', {
      code: 'bot_token_missing',
    });
  }
  if (!/^\d+:[\w-]{20,}$/.test(token)) {
    throw new ConfigError('TELEGRAM_BOT_TOKEN is not a bot token; one looks like 123456789:AAE….', {
      code: 'bot_token_malformed',
    });
  }
  if (webhookUrl === undefined) return;
  if (!/^[\w-]{16,256}$/.test(webhookSecret ?? '')) {
    throw new ConfigError(
      'TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET: 16 to 256 letters, digits, _ and -. Make one with: openssl rand -hex 32',
      { code: 'webhook_secret_missing' },
    );
  }
}
