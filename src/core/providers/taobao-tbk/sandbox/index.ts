import {
  type AnswerFault,
  deriveSandboxSecret,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxRequest,
  type SandboxUpstream,
  type SandboxWorld,
} from '../../../simulation/upstream.js';
import { ITEM_SAMPLES } from '../../taobao/sandbox/catalogue.js';
import { findRefusal, readParams, refuse } from './gateway.js';
import { createMethods, type SandboxMethod } from './methods.js';

function playFault({ kind, code = '10' }: AnswerFault): SandboxAnswer | undefined {
  switch (kind) {
    case 'throttled':
      return refuse('7');
    case 'expired-token':
      return refuse('27');
    case 'code':
      return refuse(code);
    case 'unknown-method':
      return refuse('22');
    default:
      return undefined;
  }
}

function read(request: SandboxRequest, world: SandboxWorld, methods: readonly SandboxMethod[]): SandboxCall {
  const params = readParams(request);
  const name = params.get('method') ?? '';
  const method = methods.find((known) => known.name === name);
  const appKey = params.get('app_key');
  const answer = (fault?: AnswerFault): SandboxAnswer => {
    if (fault?.kind === 'throttled') return refuse('7');
    const refusal = findRefusal(params, world) ?? (method ? undefined : '22');
    if (refusal !== undefined || !method) return refuse(refusal ?? '22');
    const played = fault && playFault(fault);
    if (played) return played;
    const inner = method.answer(params, fault);
    if (typeof inner === 'string') return refuse(inner);
    const key = `${name.replace(/^taobao\./, '').replaceAll('.', '_')}_response`;
    return { status: 200, body: { [key]: { ...inner, request_id: 'sandbox' } } };
  };
  return { name, ids: method?.readIds(params) ?? [], group: appKey ? `tbk ${appKey}` : undefined, answer };
}

/** The alliance's gateway, simulated. */
export const sandboxUpstream: SandboxUpstream = {
  id: 'taobao-tbk',
  path: '/taobao-tbk',
  quota: { env: 'TBK_QUOTA', fallback: '5/1s' },
  environment: (origin, appKey) => ({
    TBK_GATEWAY_URL: `${origin}/taobao-tbk/router/rest`,
    TBK_APP_KEY: appKey,
    TBK_APP_SECRET: deriveSandboxSecret(appKey),
    TBK_PID: 'mm_10001_20002_30003',
  }),
  amountFields: ['reserve_price', 'zk_final_price', 'final_promotion_price', 'predict_rounding_up_price'],
  samples: ITEM_SAMPLES,
  create: (world) => {
    const methods = createMethods(world);
    return { read: (request) => read(request, world, methods) };
  },
};
