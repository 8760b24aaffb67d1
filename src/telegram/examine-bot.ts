import { readFileSync } from 'node:fs';
import { request } from 'undici';
import {
  type Check,
  createRedactor,
  type Environment,
  examineProxies,
  GENERAL_SETTINGS,
  mapTexts,
  parseSettings,
  say,
  toProblem,
} from '../core/index.js';
import { openDispatcher } from './bot-api/telegram-http.js';
import { checkTelegramValues, TELEGRAM_SETTINGS, type TelegramValues } from './settings.js';

const AREA = 'telegram';
const CONFIGURATION = say((words) => words.configuration);

/** Whether the bot is configured, its proxy is there, its token is accepted, and anybody may use it. Free of cost. */
export async function examineBot(environment: Environment, signal: AbortSignal): Promise<Check[]> {
  const { token } = TELEGRAM_SETTINGS;
  if (!environment[token.env] && !environment[`${token.env}_FILE`]) {
    const found = say(({ notConfigured }) => notConfigured(token.env));
    return [{ area: AREA, name: CONFIGURATION, status: 'info', found }];
  }
  try {
    const { values, secrets } = parseSettings(TELEGRAM_SETTINGS, environment, (path) =>
      readFileSync(path, 'utf8'),
    );
    checkTelegramValues(values);
    const proxy = { env: TELEGRAM_SETTINGS.proxyUrl.env, value: values.proxyUrl };
    const checks = [
      ...(await examineProxies([proxy], AREA)),
      ...(await examineTelegram(values, environment, signal)),
      examineAccess(values),
    ];
    const { redact } = createRedactor(secrets);
    return checks.map((check) => mapTexts(check, redact));
  } catch (error) {
    return [toProblem(AREA, CONFIGURATION, error)];
  }
}

interface BotApiAnswer {
  readonly ok?: boolean;
  readonly description?: string;
  readonly result?: {
    readonly username?: string;
    /** The address of the webhook; empty for none. */
    readonly url?: string;
    /** Why Telegram could not bring an update. */
    readonly last_error_message?: string;
  };
}

type Ask = (method: string) => Promise<BotApiAnswer & { readonly statusCode: number }>;

async function examineTelegram(
  values: TelegramValues,
  environment: Environment,
  signal: AbortSignal,
): Promise<Check[]> {
  const { token, apiRoot, proxyUrl } = values;
  const check = { area: AREA, name: say((words) => words.token) };
  const { values: general } = parseSettings(GENERAL_SETTINGS, environment, () => '');
  const dispatcher = await openDispatcher(
    { ...general, proxyUrl },
    { headersTimeout: general.callTimeoutMs },
  );
  try {
    const ask: Ask = async (method) => {
      const { statusCode, body } = await request(`${apiRoot}/bot${token}/${method}`, { dispatcher, signal });
      return { ...((await body.json()) as BotApiAnswer), statusCode };
    };
    const { ok, description, result: { username = '' } = {}, statusCode } = await ask('getMe');
    if (ok) {
      const accepted = say((words) => words.tokenAccepted(username));
      return [{ ...check, status: 'ok', found: accepted }, ...(await examineUpdates(values, ask))];
    }
    const why = String(description).slice(0, 100);
    const found = say(({ tokenRefused }) => tokenRefused(statusCode, why));
    const advice = say(({ askForToken }) => askForToken(TELEGRAM_SETTINGS.token.env));
    return [{ ...check, status: 'problem', found, advice }];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const found = say(({ unreachable, noReadableAnswer }) => unreachable(apiRoot, code ?? noReadableAnswer));
    const { proxyUrl: proxy, apiRoot: root } = TELEGRAM_SETTINGS;
    const advice = say(({ telegramBlocked }) => telegramBlocked(proxy.env, root.env));
    return [{ ...check, status: 'problem', found, advice }];
  } finally {
    await dispatcher.destroy();
  }
}

/** Whether Telegram brings updates where this configuration expects them. */
async function examineUpdates({ webhookUrl }: TelegramValues, ask: Ask): Promise<Check[]> {
  const { ok, result: { url = '', last_error_message: failure } = {} } = await ask('getWebhookInfo');
  const check = { area: AREA, name: say((words) => words.updates) };
  if (!ok || (url === '' && webhookUrl === undefined)) return [];
  if (url === '') return [{ ...check, status: 'info', found: say((words) => words.webhookIsNotSet) }];
  if (url === webhookUrl) {
    if (failure === undefined)
      return [{ ...check, status: 'ok', found: say((words) => words.webhookIsOurs) }];
    const found = say(({ webhookFails }) => webhookFails(failure.slice(0, 100)));
    return [{ ...check, status: 'problem', found }];
  }
  const found = say((words) => (webhookUrl === undefined ? words.webhookIsSet : words.webhookIsElsewhere));
  const advice = say(({ oneBotPerToken }) => oneBotPerToken(TELEGRAM_SETTINGS.webhookUrl.env));
  return [{ ...check, status: 'problem', found, advice }];
}

function examineAccess({ allowedUsers, allowedChats, admins }: TelegramValues): Check {
  const check = { area: AREA, name: say((words) => words.access) };
  const isOpen = [allowedUsers, allowedChats, admins].some(({ all, ids }) => all || ids.size > 0);
  if (isOpen) return { ...check, status: 'ok', found: say((words) => words.somebodyMay) };
  return {
    ...check,
    status: 'problem',
    found: say((words) => words.nobodyMay),
    advice: say(({ letSomebodyIn }) => letSomebodyIn(TELEGRAM_SETTINGS.allowedUsers.env)),
  };
}
