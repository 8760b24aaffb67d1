import {
  type AnswerFault,
  deriveSandboxSecret,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxRequest,
  type SandboxWorld,
} from '../../../simulation/upstream.js';
import { createSandboxTokens } from '../../jd/sandbox/tokens.js';

/** The authorisation code that a simulated merchant hands over. */
const AUTHORISATION_CODE = 'sandbox-code';

/** Between the one and the thirty days that have been seen. */
const TOKEN_LIFE_MS = 7 * 86_400_000;
const REFRESH_LIFE_MS = 365 * 86_400_000;

/** Tokens that a merchant's configuration begins with; valid until they are expired or rotated away. */
export function deriveFirstToken(appKey: string, kind: 'access' | 'refresh'): string {
  return deriveSandboxSecret(appKey, `${kind} token`);
}

const refuse = (msg: string, code = 304): SandboxAnswer => ({ status: 200, body: { code, msg } });

/** The merchant presses "allow" at once. */
function answerLogin({ query }: SandboxRequest): SandboxAnswer {
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!URL.canParse(redirectUri)) return refuse('redirect_uri不正确');
  const location = new URL(redirectUri);
  location.searchParams.set('code', AUTHORISATION_CODE);
  location.searchParams.set('state', query.get('state') ?? '');
  return { status: 302, body: '', headers: { location: location.href } };
}

function createTokenService(world: SandboxWorld) {
  const access = createSandboxTokens(world);
  const refresh = createSandboxTokens(world);
  const spent = new Set<string>();
  let firstTokensHold = true;
  const isFirst = (appKey: string, token: string, kind: 'access' | 'refresh') =>
    !spent.has(token) && token === deriveFirstToken(appKey, kind);
  const isRefreshable = (appKey: string, token: string) =>
    !spent.has(token) && (refresh.isValid(appKey, token) || isFirst(appKey, token, 'refresh'));
  const issue = (appKey: string): SandboxAnswer => {
    const { token, lifeMs } = access.issue(appKey, TOKEN_LIFE_MS);
    const body = {
      access_token: token,
      expires_in: lifeMs / 1000,
      refresh_token: refresh.grant(appKey, REFRESH_LIFE_MS),
      scope: 'snsapi_base',
      open_id: deriveSandboxSecret(appKey, 'merchant'),
      uid: '1000462158',
      time: world.now(),
      token_type: 'bearer',
      code: 0,
    };
    return { status: 200, body };
  };
  return {
    exchange: (appKey: string, code: string) =>
      code === AUTHORISATION_CODE ? issue(appKey) : refuse('授权码无效或已过期'),
    /** Refresh tokens rotate: each one works once. */
    refresh: (appKey: string, token: string) => {
      if (!isRefreshable(appKey, token)) return refuse('refresh_token无效或已过期');
      spent.add(token);
      return issue(appKey);
    },
    isTokenValid: (appKey: string, token: string) =>
      access.isValid(appKey, token) || (firstTokensHold && isFirst(appKey, token, 'access')),
    expireAll: () => {
      access.expireAll();
      firstTokensHold = false;
    },
  };
}

/** The authorisation service: login page, code exchange, refresh. */
export function createSandboxOauth(world: SandboxWorld) {
  const tokens = createTokenService(world);
  const answerToken = ({ query }: SandboxRequest): SandboxAnswer => {
    const appKey = query.get('app_key') ?? '';
    const secret = world.secretOf(appKey);
    if (secret === undefined || secret !== query.get('app_secret'))
      return refuse('app_key或app_secret不正确');
    const grant = query.get('grant_type');
    if (grant === 'authorization_code') return tokens.exchange(appKey, query.get('code') ?? '');
    if (grant === 'refresh_token') return tokens.refresh(appKey, query.get('refresh_token') ?? '');
    return refuse('grant_type不正确');
  };
  /** The call, when the path is one of the authorisation service's. */
  const read = (request: SandboxRequest): SandboxCall | undefined => {
    const page = request.path.split('/').at(-1);
    if (page === 'to_login') return { name: 'login', ids: [], answer: () => answerLogin(request) };
    if (page !== 'access_token' && page !== 'refresh_token') return undefined;
    const answer = (fault?: AnswerFault) =>
      fault ? refuse('refresh_token已过期', Number(fault.code ?? 304)) : answerToken(request);
    return { name: 'token', ids: [], answer };
  };
  return { read, isTokenValid: tokens.isTokenValid, expireAll: tokens.expireAll };
}
