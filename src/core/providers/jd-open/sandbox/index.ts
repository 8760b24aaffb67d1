import { type AnswerFault, deriveSandboxSecret, type SandboxUpstream } from '../../../simulation/upstream.js';
import { FLAGSHIP_ID } from '../../jd/sandbox/flagship.js';
import {
  createGuideGateway,
  type GuideMethod,
  type Params,
  readSkuId,
} from '../../jd/sandbox/guide-gateway.js';
import { createJosGateway } from '../../jd/sandbox/jos-gateway.js';
import { findOwnGoods, MERCHANT_SHOP_ID, toItem } from './goods.js';
import { JOS_METHODS } from './jos.js';
import { createSandboxOauth, deriveFirstToken } from './oauth.js';

function answerItem(params: Params, fault?: AnswerFault): object {
  const goods = fault?.kind === 'not-found' ? undefined : findOwnGoods(readSkuId(params)[0] ?? '');
  if (fault?.kind === 'no-data') return {};
  if (fault?.kind === 'empty-data') return { result: { item: {} } };
  return { result: goods ? { item: toItem(goods) } : {} };
}

/** The one method that the reference document names for merchants. */
const GUIDE_METHODS: readonly GuideMethod[] = [
  { name: 'jingdong.item.read.get', readIds: readSkuId, answer: answerItem },
];

/** JD's Open Platform, simulated: authorisation service and gateway, for one merchant. */
export const sandboxUpstream: SandboxUpstream = {
  id: 'jd-open',
  path: '/jd-open',
  quota: { env: 'JD_OPEN_QUOTA', fallback: '100/60s' },
  environment: (origin, appKey) => {
    // A key of its own, so that the simulated merchant does not share the quota of the affiliate.
    const merchantKey = `${appKey}-open`;
    return {
      JD_OPEN_APP_KEY: merchantKey,
      JD_OPEN_APP_SECRET: deriveSandboxSecret(merchantKey),
      JD_OPEN_ACCESS_TOKEN: deriveFirstToken(merchantKey, 'access'),
      JD_OPEN_REFRESH_TOKEN: deriveFirstToken(merchantKey, 'refresh'),
      JD_OPEN_GATEWAY_URL: `${origin}/jd-open/routerjson`,
      JD_OPEN_AUTH_URL: `${origin}/jd-open/oauth2`,
    };
  },
  amountFields: ['price', 'jdPrice', 'marketPrice', 'memberPrice', 'costPrice', 'lowPrice', 'couponPrice'],
  samples: [
    { kind: 'product', id: FLAGSHIP_ID, about: "the merchant's phone, with cost price and stock by region" },
    { kind: 'product', id: '100000000777', about: "another merchant's, like every id that ends in 777" },
    { kind: 'product', id: '100000000555', about: 'a variant without a price of its own, in dialect jos' },
    { kind: 'shop', id: MERCHANT_SHOP_ID, about: "the merchant's own shop, 250 goods" },
  ],
  create: (world) => {
    const oauth = createSandboxOauth(world);
    const { isTokenValid } = oauth;
    const guide = createGuideGateway({ world, methods: GUIDE_METHODS, isTokenValid });
    const jos = createJosGateway({ world, methods: JOS_METHODS, isTokenValid });
    return {
      read: (request) =>
        oauth.read(request) ??
        // Both dialects on one address, as told apart by their bodies.
        (request.contentType.startsWith('application/json') ? guide(request) : jos(request)),
      expireTokens: oauth.expireAll,
    };
  },
};
