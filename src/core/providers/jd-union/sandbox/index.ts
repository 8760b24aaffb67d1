import {
  type AnswerFault,
  deriveSandboxSecret,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxRequest,
  type SandboxUpstream,
  type SandboxWorld,
} from '../../../simulation/upstream.js';
import { GOODS_SAMPLES } from '../../jd/sandbox/catalogue.js';
import { createGuideGateway, refuseGuide } from '../../jd/sandbox/guide-gateway.js';
import { createJosGateway } from '../../jd/sandbox/jos-gateway.js';
import { SHORT_LINK_SAMPLES, SHORT_LINKS } from '../../jd/sandbox/short-links.js';
import { createSandboxTokens, type SandboxTokens } from '../../jd/sandbox/tokens.js';
import { GUIDE_METHODS } from './guide.js';
import { createJosMethods } from './jos.js';

/** As the reference document says: two hours. */
const TOKEN_LIFE_MS = 7_200_000;

function answerToken(
  { method, body }: SandboxRequest,
  world: SandboxWorld,
  tokens: SandboxTokens,
): SandboxAnswer {
  const form = new URLSearchParams(body);
  const appKey = form.get('client_id') ?? '';
  const secret = world.secretOf(appKey);
  if (method !== 'POST' || form.get('grant_type') !== 'client_credentials') {
    return { status: 400, body: { error: 'unsupported_grant_type' } };
  }
  if (secret === undefined || secret !== form.get('client_secret')) {
    return {
      status: 401,
      body: { error: 'invalid_client', error_description: 'client_id或client_secret不正确' },
    };
  }
  const { token, lifeMs } = tokens.issue(appKey, TOKEN_LIFE_MS);
  return { status: 200, body: { access_token: token, expires_in: lifeMs / 1000 } };
}

function createTokenCall(request: SandboxRequest, world: SandboxWorld, tokens: SandboxTokens): SandboxCall {
  const answer = (fault?: AnswerFault): SandboxAnswer => {
    if (fault?.kind === 'code') return refuseGuide(fault.code ?? '10001');
    if (fault?.kind === 'throttled') return refuseGuide('13');
    return fault ? { status: 200, body: {} } : answerToken(request, world, tokens);
  };
  return { name: 'token', ids: [], answer };
}

/** JD Union, simulated: token service and gateway. */
export const sandboxUpstream: SandboxUpstream = {
  id: 'jd-union',
  path: '/jd-union',
  quota: { env: 'JD_UNION_QUOTA', fallback: '100/60s' },
  environment: (origin, appKey) => ({
    JD_UNION_APP_KEY: appKey,
    JD_UNION_APP_SECRET: deriveSandboxSecret(appKey),
    JD_UNION_GATEWAY_URL: `${origin}/jd-union/routerjson`,
    JD_UNION_TOKEN_URL: `${origin}/jd-union/oauth2/access_token`,
  }),
  amountFields: [
    'price',
    'lowPrice',
    'couponPrice',
    'lowestPrice',
    'lowestCouponPrice',
    'purchasePrice',
    'thresholdPrice',
    'unitPrice',
    'wlUnitPrice',
    'discount',
    'quota',
  ],
  samples: [...GOODS_SAMPLES, ...SHORT_LINK_SAMPLES],
  shortLinks: SHORT_LINKS,
  create: (world) => {
    const tokens = createSandboxTokens(world);
    const guide = createGuideGateway({ world, methods: GUIDE_METHODS, isTokenValid: tokens.isValid });
    const jos = createJosGateway({ world, methods: createJosMethods(world), isTokenValid: tokens.isValid });
    return {
      read: (request) => {
        if (request.path === '/oauth2/access_token') return createTokenCall(request, world, tokens);
        // Both dialects on one address, as told apart by their bodies.
        return request.contentType.startsWith('application/json') ? guide(request) : jos(request);
      },
      expireTokens: tokens.expireAll,
    };
  },
};
