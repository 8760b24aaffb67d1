import * as z from 'zod/mini';
import { CredentialError, ResponseError } from '../../errors.js';
import { anything } from '../../product/lenient-schema.js';
import type { Call, HttpAnswer, Login, StoredTokenSource, TokenGrant, Toolbox } from '../../provider.js';
import { mayRefuse } from '../jd/token-refusal.js';
import { LOGIN_ADVICE } from './errors.js';
import type { JdOpenValues } from './settings.js';

const DAY_MS = 86_400_000;
/** For a token from the environment, whose age is unknown: it is used until the gateway refuses it. */
const UNKNOWN_LIFE_MS = 365 * DAY_MS;
/** Lives of 1 to 30 days have been seen; the shortest where the answer names none. */
const SHORTEST_LIFE_S = 86_400;
const SPENT = 'The access token has expired, and there is no refresh token to renew it with.';

/**
 * Tokens of the shop: from the environment first, then renewed with a refresh token that works once. The
 * environment's tokens are part of the key, so that changed ones beat whatever is stored.
 */
export function createMerchantTokens({
  settings,
  send,
  createTokenSource,
}: Toolbox<JdOpenValues>): StoredTokenSource {
  const { authUrl, appKey, appSecret, accessToken, refreshToken } = settings;
  return createTokenSource({
    renewsOnce: true,
    initial:
      accessToken === undefined
        ? undefined
        : { token: accessToken, lifeMs: UNKNOWN_LIFE_MS, renewal: refreshToken },
    key: [authUrl, appKey, appSecret, accessToken ?? '', refreshToken ?? ''],
    getToken: async (options, previous) => {
      const renewal = previous ? previous.renewal : refreshToken;
      if (renewal === undefined)
        throw createLoginError(previous ? SPENT : 'The shop has not authorised this application yet.');
      // Granted without a new one, the token is renewed with the old one again.
      return { renewal, ...(await send(createRefreshCall(settings, renewal), options)) };
    },
  });
}

/** The shop owner's consent, in the browser. */
export function createLogin(toolbox: Toolbox<JdOpenValues>): Login {
  const { settings, send } = toolbox;
  const tokens = createMerchantTokens(toolbox);
  return {
    formatLink: (state) => {
      const query = new URLSearchParams({
        app_key: settings.appKey,
        response_type: 'code',
        redirect_uri: settings.redirectUrl,
        state,
        scope: 'snsapi_base',
      });
      return `${settings.authUrl}/to_login?${query}`;
    },
    exchange: async (code, options) => {
      const grant = await send(createExchangeCall(settings, code), options);
      await tokens.replace(grant);
      return { lifeMs: grant.lifeMs };
    },
  };
}

function createExchangeCall(settings: JdOpenValues, code: string): Call<TokenGrant> {
  return createTokenCall(settings, 'access_token', { grant_type: 'authorization_code', code });
}

function createRefreshCall(settings: JdOpenValues, refreshToken: string): Call<TokenGrant> {
  return createTokenCall(settings, 'refresh_token', {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
}

function createTokenCall(
  { authUrl, appKey, appSecret }: JdOpenValues,
  page: 'access_token' | 'refresh_token',
  parameters: Readonly<Record<string, string>>,
): Call<TokenGrant> {
  const query = new URLSearchParams({ app_key: appKey, app_secret: appSecret, ...parameters });
  return {
    name: `oauth2/${page}`,
    withoutPermit: true,
    once: true,
    build: () => ({ method: 'GET', url: `${authUrl}/${page}?${query}` }),
    read: (answer) => readGrant(answer, page),
  };
}

const filled = z.string().check(z.minLength(1));

const Grant = z.looseObject({
  access_token: filled,
  expires_in: z.catch(z.coerce.number().check(z.positive()), SHORTEST_LIFE_S),
  refresh_token: z.catch(z.optional(filled), undefined),
});
const Refusal = z.looseObject({ code: anything, msg: anything });

function readGrant(answer: HttpAnswer, page: string): TokenGrant {
  const json = answer.json();
  const grant = Grant.safeParse(json);
  if (grant.success) {
    const { access_token: token, expires_in: lifeS, refresh_token: renewal } = grant.data;
    return { token, lifeMs: lifeS * 1000, ...(renewal !== undefined && { renewal }) };
  }
  if (!mayRefuse(answer)) throw new ResponseError('JD grants no token.');
  const { code, msg } = Refusal.safeParse(json).data ?? {};
  const what =
    page === 'refresh_token'
      ? 'JD refuses the refresh token: it has run out, was used already, or belongs to another application.'
      : 'JD refuses the authorisation code: each one works once, for a few minutes, with the app key and secret it was given to.';
  throw createLoginError(what, `code ${String(code)}: ${String(msg ?? '').slice(0, 200)}`);
}

function createLoginError(what: string, detail?: string): CredentialError {
  return new CredentialError(`${what} ${LOGIN_ADVICE}`, {
    code: 'login_needed',
    ...(detail !== undefined && { detail }),
  });
}
