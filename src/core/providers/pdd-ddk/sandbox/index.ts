import { createHash } from 'node:crypto';
import {
  type AnswerFault,
  deriveSandboxSecret,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxRequest,
  type SandboxUpstream,
  type SandboxWorld,
  toSandboxJson,
} from '../../../simulation/upstream.js';
import { SAMPLES } from './goods.js';
import { type Agreed, METHODS, type Params, type Place, Refused, readIds } from './methods.js';

const CLOCK_TOLERANCE_S = 600;
const MESSAGES: Readonly<Record<string, string>> = {
  10001: '公共参数错误:timestamp',
  10016: 'client_id错误',
  20004: '签名验证失败',
  20031: '用户没有授权访问此接口',
  20034: '接口已下线',
  50001: '业务服务错误',
  70031: '调用过于频繁',
};
const SUB_MESSAGES: Readonly<Record<string, string>> = {
  20001: '非多多客',
  60001: '未传入已经授权备案过的相关参数(pid/custom_parameters)',
  PID: '用户PID不正确',
  NOT_PROMOTED: '该商品未参与推广',
};

/** @param code as the table of the provider has it: `50001/60001` is 50001 with 60001 next to it */
function refuse(code: string, subMessage?: string): SandboxAnswer {
  const [main = '', sub = main] = code.split('/');
  const error_response = {
    error_code: Number(main),
    error_msg: MESSAGES[main] ?? `错误 ${main}`,
    // Only the words tell this error from others.
    sub_code: /^\d/.test(sub) ? sub : '10000',
    sub_msg: subMessage ?? SUB_MESSAGES[sub] ?? MESSAGES[main] ?? '',
    request_id: 'sandbox',
  };
  return { status: 200, body: { error_response } };
}

/** The flat parameters, of a form or of a JSON document. */
function readParams({ body, contentType }: SandboxRequest): Params {
  if (!contentType.includes('json')) return new Map(new URLSearchParams(body));
  const fields = Object.entries(JSON.parse(body) as object);
  return new Map(
    fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** With code of its own, not with the provider's signer. */
function findCallerFault(params: Params, { secretOf, now }: SandboxWorld): string | undefined {
  const secret = secretOf(params.get('client_id') ?? '');
  if (secret === undefined) return '10016';
  const ageS = Math.abs(now() / 1000 - Number(params.get('timestamp')));
  // So written that NaN is refused, too.
  if (!(ageS <= CLOCK_TOLERANCE_S)) return '10001';
  const names = [...params.keys()].filter((name) => name !== 'sign').sort();
  const hash = createHash('md5').update(secret, 'utf8');
  for (const name of names) hash.update(`${name}${params.get(name)}`, 'utf8');
  return hash.update(secret, 'utf8').digest('hex').toUpperCase() === params.get('sign') ? undefined : '20004';
}

function answerMethod(
  params: Params,
  world: SandboxWorld,
  agreed: Agreed,
  fault?: AnswerFault,
): SandboxAnswer {
  const method = METHODS[params.get('type') ?? ''];
  if (fault?.kind === 'throttled') return refuse('70031');
  const callerFault = findCallerFault(params, world);
  if (callerFault) return refuse(callerFault);
  if (fault?.kind === 'code') return refuse(fault.code ?? '50000');
  if (!method || fault?.kind === 'unknown-method') return refuse('20034');
  if (fault?.kind === 'no-data') return { status: 200, body: { [method.answerKey]: {} } };
  try {
    const place: Place = { params, nowMs: world.now(), agreed };
    const content = spoil(method.answer(place), fault);
    const body = { [method.answerKey]: { ...content, request_id: 'sandbox' } };
    return { status: 200, body: JSON.parse(toSandboxJson(body)) };
  } catch (error) {
    if (error instanceof Refused) return refuse(error.code, error.text);
    throw error;
  }
}

/** What a fault makes of the lists in an answer. */
function spoil(content: object, fault: AnswerFault | undefined): object {
  const change = (list: readonly unknown[]) => {
    if (fault?.kind === 'not-found') return [];
    if (fault?.kind === 'empty-data') return [{}];
    return fault?.kind === 'missing-rows' ? list.filter((_, at) => at % 2 === 0) : list;
  };
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [name, Array.isArray(value) ? change(value) : value]),
  );
}

function read(request: SandboxRequest, world: SandboxWorld, agreed: Agreed): SandboxCall {
  const params = readParams(request);
  const clientId = params.get('client_id');
  return {
    name: params.get('type') ?? '',
    ids: readIds(params),
    group: clientId ? `pdd-ddk ${clientId}` : undefined,
    answer: (fault) => answerMethod(params, world, agreed, fault),
  };
}

/**
 * Duoduo Jinbao, simulated. The promotion place chooses what is not certain: `10001_20002` is authorised, and rows name
 * their goods_id; `10001_30003`: rows name none; `10001_20404` is not authorised until its page has been asked for;
 * `10001_40004`: no right to anything but the details; every other one is not a place of the account.
 */
export const sandboxUpstream: SandboxUpstream = {
  id: 'pdd-ddk',
  path: '/pdd-ddk',
  quota: { env: 'PDD_DDK_QUOTA', fallback: '5/1s' },
  environment: (origin, appKey) => ({
    PDD_DDK_CLIENT_ID: appKey,
    PDD_DDK_CLIENT_SECRET: deriveSandboxSecret(appKey),
    PDD_DDK_PID: '10001_20002',
    PDD_DDK_CUSTOM_PARAMETERS: '{"uid":"bijia"}',
    PDD_DDK_GATEWAY_URL: `${origin}/pdd-ddk/api/router`,
  }),
  amountFields: ['min_group_price', 'min_normal_price', 'coupon_discount', 'coupon_min_order_amount'],
  samples: SAMPLES,
  create: (world) => {
    const agreed: Agreed = new Set();
    return { read: (request) => read(request, world, agreed) };
  },
};
