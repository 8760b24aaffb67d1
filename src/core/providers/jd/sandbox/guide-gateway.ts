import {
  type AnswerFault,
  createDice,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxRequest,
  type SandboxWorld,
} from '../../../simulation/upstream.js';
import { isGuideSignature } from './signature.js';

export type Params = ReadonlyMap<string, string>;

/** One method behind the guide's gateway. */
export interface GuideMethod {
  readonly name: string;
  /** The ids asked for; empty when the parameters are wrong. */
  readonly readIds: (params: Params) => readonly string[];
  /** What stands in the envelope. */
  readonly answer: (params: Params, fault?: AnswerFault) => object;
}

export interface GuideGatewayParts {
  readonly world: SandboxWorld;
  readonly methods: readonly GuideMethod[];
  readonly isTokenValid: (appKey: string, token: string) => boolean;
}

/** How far a caller's clock may be off: the lower end of what JD's gateways have been seen to allow. */
export const CLOCK_TOLERANCE_MS = 6 * 60_000;

/** The guide's own codes, then codes of production gateways where the guide names none. */
const MESSAGES: Readonly<Record<string, string>> = {
  10001: '无效签名',
  13: '频率超限',
  19: 'access_token已过期',
  8: '无效的时间戳',
  15: '无效的方法',
  61: '参数错误',
};

/** A refusal as the reference document shows it. */
export function refuseGuide(code: string): SandboxAnswer {
  return { status: 200, body: { code: Number(code), message: MESSAGES[code] ?? `错误 ${code}` } };
}

/** Calls with one app key share a quota, whichever JD interface they go to. */
export function createQuotaGroup(appKey: string | undefined): string | undefined {
  return appKey && `jd ${appKey}`;
}

function readParams(body: string): Params {
  try {
    // Compact, as sent: an object is signed as the text that stands for it in the body.
    const toText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
    return new Map(Object.entries(JSON.parse(body)).map(([name, value]) => [name, toText(value)]));
  } catch {
    return new Map();
  }
}

/** Business parameters; anything but a JSON object counts as none. */
export function readObject(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The one id that a method about a single product is asked for; none when it is not a text of digits. */
export function readSkuId(params: Params): string[] {
  const { skuId } = readObject(params.get('param_json'));
  return typeof skuId === 'string' && /^\d+$/.test(skuId) ? [skuId] : [];
}

function findRefusal(params: Params, parts: GuideGatewayParts): string | undefined {
  const { world, isTokenValid } = parts;
  const appKey = params.get('app_key') ?? '';
  const secret = world.secretOf(appKey);
  if (secret === undefined || !isGuideSignature(params, secret)) return '10001';
  const offMs = Math.abs(world.now() - Number(params.get('timestamp')));
  // So written that NaN is refused, too.
  if (!(offMs <= CLOCK_TOLERANCE_MS)) return '8';
  if (!isTokenValid(appKey, params.get('access_token') ?? '')) return '19';
  if (params.get('format') !== 'json' || params.get('v') !== '2.0') return '61';
  return undefined;
}

/** Answers that a fault asks for, whatever the call. */
function playFault(fault: AnswerFault | undefined): SandboxAnswer | undefined {
  switch (fault?.kind) {
    case 'throttled':
      return refuseGuide('13');
    case 'expired-token':
      return refuseGuide('19');
    case 'code':
      return refuseGuide(fault.code ?? '10001');
    case 'unknown-method':
      // As a production gateway says it, whatever dialect it was asked in.
      return {
        status: 200,
        body: { error_response: { code: '15', zh_desc: '无效的方法', en_desc: 'Invalid method' } },
      };
    default:
      return undefined;
  }
}

/** The gateway as the reference document writes it: one flat JSON object in, one enveloped object out. */
export function createGuideGateway(parts: GuideGatewayParts): (request: SandboxRequest) => SandboxCall {
  return ({ body }) => {
    const params = readParams(body);
    const name = params.get('method') ?? '';
    const method = parts.methods.find((known) => known.name === name);
    const ids = method?.readIds(params) ?? [];
    const answer = (fault?: AnswerFault): SandboxAnswer => {
      const refusal = findRefusal(params, parts);
      const played = playFault(fault);
      // A fault is played to callers who did everything right, so that a wrong call never hides behind it.
      if (refusal !== undefined && fault?.kind !== 'throttled') return refuseGuide(refusal);
      if (played) return played;
      if (!method) return refuseGuide('15');
      if (ids.length === 0) return refuseGuide('61');
      const key = `${name.replaceAll('.', '_')}_responce`;
      // One of the guide's programs wants the text "0", another does not look: text, number and absence must all do.
      const code = createDice(`code ${ids[0]}`).pick(['0', '0', '0', 0, undefined]);
      return { status: 200, body: { code, [key]: method.answer(params, fault) } };
    };
    return { name, ids, group: createQuotaGroup(params.get('app_key')), answer };
  };
}
