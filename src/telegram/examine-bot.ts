import { readFileSync } from 'node:fs';
import { request } from 'undici';
import {
  type Check,
  createRedactor,
  type Environment,
  examineProxies,
  GENERAL_SETTINGS,
  parseSettings,
  toProblem,
} from '../core/index.js';
import { openDispatcher } from './bot-api/telegram-http.js';
import { checkTelegramValues, TELEGRAM_SETTINGS, type TelegramValues } from './settings.js';

const AREA = 'telegram';

/** Whether the bot is configured, its proxy is there, its token is accepted, and anybody may use it. Free of cost. */
export async function examineBot(environment: Environment, signal: AbortSignal): Promise<Check[]> {
  const { token } = TELEGRAM_SETTINGS;
  if (!environment[token.env] && !environment[`${token.env}_FILE`]) {
    const found = `not configured; ${token.env} would be needed`;
    return [{ area: AREA, name: 'configuration', status: 'info', found }];
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
    return checks.map((check) => ({ ...check, found: redact(check.found) }));
  } catch (error) {
    return [toProblem(AREA, 'configuration', error)];
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
  const check = { area: AREA, name: 'token' };
  const { values: general } = parseSettings(GENERAL_SETTINGS, environment, () => '');
  const dispatcher = await openDispatcher(
    { ...general, proxyUrl },
    { headersTimeout: general.callTimeoutMs },
  );
  try {
    const { statusCode, body } = await request(`${apiRoot}/bot${token}/getMe`, { dispatcher, signal });
    const answer = (await body.json()) as BotApiAnswer;
    if (answer.ok) return { ...check, status: 'ok', found: `accepted: @${answer.result?.username}; free` };
    const found = `refused with HTTP ${statusCode}: ${String(answer.description).slice(0, 100)}`;
    const advice = `Ask @BotFather for the token and set ${TELEGRAM_SETTINGS.token.env} again.`;
    return { ...check, status: 'problem', found, advice };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no readable answer';
    const advice = `Where Telegram is blocked, set ${TELEGRAM_SETTINGS.proxyUrl.env}; check ${TELEGRAM_SETTINGS.apiRoot.env} if it is set.`;
    return { ...check, status: 'problem', found: `${apiRoot} cannot be reached (${code})`, advice };
  } finally {
    await dispatcher.destroy();
  }
}

function examineAccess({ allowedUsers, allowedChats, admins }: TelegramValues): Check {
  const check = { area: AREA, name: 'access' };
  const isOpen = [allowedUsers, allowedChats, admins].some(({ all, ids }) => all || ids.size > 0);
  if (isOpen) return { ...check, status: 'ok', found: 'somebody may use the bot' };
  return {
    ...check,
    status: 'problem',
    found: 'nobody may use the bot yet',
    advice: `Set ${TELEGRAM_SETTINGS.allowedUsers.env} to numeric user ids; the bot tells everyone theirs.`,
  };
}
