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
      await examineToken(values, environment, signal),
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
  readonly result?: { readonly username?: string };
}

async function examineToken(
  { token, apiRoot, proxyUrl }: TelegramValues,
  environment: Environment,
  signal: AbortSignal,
): Promise<Check> {
  const check = { area: AREA, name: say((words) => words.token) };
  const { values: general } = parseSettings(GENERAL_SETTINGS, environment, () => '');
  const dispatcher = await openDispatcher(
    { ...general, proxyUrl },
    { headersTimeout: general.callTimeoutMs },
  );
  try {
    const { statusCode, body } = await request(`${apiRoot}/bot${token}/getMe`, { dispatcher, signal });
    const answer = (await body.json()) as BotApiAnswer;
    const { username = '' } = answer.result ?? {};
    if (answer.ok) return { ...check, status: 'ok', found: say((words) => words.tokenAccepted(username)) };
    const why = String(answer.description).slice(0, 100);
    const found = say(({ tokenRefused }) => tokenRefused(statusCode, why));
    const advice = say(({ askForToken }) => askForToken(TELEGRAM_SETTINGS.token.env));
    return { ...check, status: 'problem', found, advice };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const found = say(({ unreachable, noReadableAnswer }) => unreachable(apiRoot, code ?? noReadableAnswer));
    const { proxyUrl: proxy, apiRoot: root } = TELEGRAM_SETTINGS;
    const advice = say(({ telegramBlocked }) => telegramBlocked(proxy.env, root.env));
    return { ...check, status: 'problem', found, advice };
  } finally {
    await dispatcher.destroy();
  }
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
