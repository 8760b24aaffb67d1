import type {
  AnswerFault,
  SandboxAnswer,
  SandboxCall,
  SandboxRequest,
  SandboxWorld,
} from '../../../simulation/upstream.js';
import { CLOCK_TOLERANCE_MS, createQuotaGroup, type Params, readObject } from './guide-gateway.js';
import { isJosSignature } from './signature.js';

/** Business parameters; numbers of 16 digits and more arrive as text. */
export type Business = Readonly<Record<string, unknown>>;

/** One method behind production's gateway. */
export interface JosMethod {
  readonly name: string;
  readonly version: '1.0' | '2.0';
  readonly needsToken: boolean;
  /** Whether the service behind the gateway says codes of its own, of three digits and more. */
  readonly hasInnerCodes: boolean;
  /** The ids asked for. */
  readonly readIds: (business: Business) => readonly string[];
  /** What stands in the envelope besides `code`. */
  readonly answer: (business: Business, fault?: AnswerFault) => object;
}

export interface JosGatewayParts {
  readonly world: SandboxWorld;
  readonly methods: readonly JosMethod[];
  readonly isTokenValid: (appKey: string, token: string) => boolean;
}

const DESCRIPTIONS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  1: ['服务不可用', 'Service unavailable'],
  2: ['限制时间内调用失败次数', 'Call limited'],
  3: ['请求被禁止', 'Request is forbidden'],
  7: ['缺少时间戳参数', 'Missing timestamp'],
  8: ['无效的时间戳参数', 'Invalid timestamp'],
  10: ['无效的版本参数', 'Invalid version'],
  11: ['缺少签名参数', 'Missing signature'],
  12: ['无效签名', 'Invalid signature'],
  13: ['无效数据格式', 'Invalid format'],
  14: ['缺少方法名参数', 'Missing method'],
  15: ['不存在的方法名', 'Invalid method'],
  18: ['缺少access_token参数', 'Missing access_token'],
  19: ['无效access_token', 'Invalid access_token'],
  20: ['缺少app_key参数', 'Missing app_key'],
  21: ['无效app_key', 'Invalid app_key'],
  22: ['不是商家', 'Not a merchant'],
  24: ['无权限访问该API', 'No permission for this API'],
  25: ['应用未上线', 'App is not online'],
  43: ['系统处理错误', 'System error'],
  61: ['参数错误', 'Invalid parameter'],
};

function refuseJos(code: string): SandboxAnswer {
  const [zh_desc, en_desc] = DESCRIPTIONS[code] ?? [`错误 ${code}`, `Error ${code}`];
  return { status: 200, body: { error_response: { code, zh_desc, en_desc } } };
}

/** System parameters may stand in the query or in the form. */
function readParams({ query, body, contentType }: SandboxRequest): Params {
  const isForm = contentType.startsWith('application/x-www-form-urlencoded');
  return new Map([...query, ...(isForm ? new URLSearchParams(body) : [])]);
}

/** Long ids would lose digits as JavaScript numbers, so they are read as text. */
function readBusiness(params: Params): Business {
  const quoteLong = (token: string) => (token.startsWith('"') ? token : `"${token}"`);
  return readObject(params.get('360buy_param_json')?.replaceAll(/"(?:[^"\\]|\\.)*"|\d{16,}/g, quoteLong));
}

/** `yyyy-MM-dd HH:mm:ss` in GMT+8, with or without the milliseconds and the zone that one SDK sends. */
export function parseJosTimestamp(text: string): number {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{3}\+0800)?$/.exec(text) ?? [];
  return Date.parse(`${day}T${time}+08:00`);
}

function findCallerFault(params: Params, { world }: JosGatewayParts): string | undefined {
  const timestamp = params.get('timestamp');
  const appKey = params.get('app_key');
  if (!appKey) return '20';
  const secret = world.secretOf(appKey);
  if (secret === undefined) return '21';
  if (!timestamp) return '7';
  // So written that NaN is refused, too.
  if (!(Math.abs(world.now() - parseJosTimestamp(timestamp)) <= CLOCK_TOLERANCE_MS)) return '8';
  if (!params.get('sign')) return '11';
  return isJosSignature(params, secret) ? undefined : '12';
}

function findRefusal(
  params: Params,
  method: JosMethod | undefined,
  parts: JosGatewayParts,
): string | undefined {
  const callerFault = findCallerFault(params, parts);
  if (callerFault) return callerFault;
  if (!params.get('method')) return '14';
  if (!method) return '15';
  if (params.get('v') !== method.version) return '10';
  if (!method.needsToken) return undefined;
  const token = params.get('access_token');
  if (!token) return '18';
  return parts.isTokenValid(params.get('app_key') ?? '', token) ? undefined : '19';
}

/** Inner codes are left to the method. */
function playFault(fault: AnswerFault | undefined, { hasInnerCodes }: JosMethod): SandboxAnswer | undefined {
  switch (fault?.kind) {
    case 'expired-token':
      return refuseJos('19');
    case 'unknown-method':
      return refuseJos('15');
    case 'code':
      return hasInnerCodes && (fault.code ?? '').length > 2 ? undefined : refuseJos(fault.code ?? '43');
    default:
      return undefined;
  }
}

/** The gateway as production speaks it: a form in, an envelope or an `error_response` out. */
export function createJosGateway(parts: JosGatewayParts): (request: SandboxRequest) => SandboxCall {
  return (request) => {
    const params = readParams(request);
    const name = params.get('method') ?? '';
    const method = parts.methods.find((known) => known.name === name);
    const business = readBusiness(params);
    const answer = (fault?: AnswerFault): SandboxAnswer => {
      if (fault?.kind === 'throttled') return refuseJos('2');
      const refusal = findRefusal(params, method, parts);
      if (refusal !== undefined || !method) return refuseJos(refusal ?? '15');
      const played = playFault(fault, method);
      if (played) return played;
      const key = `${name.replaceAll('.', '_')}_responce`;
      return { status: 200, body: { [key]: { code: '0', ...method.answer(business, fault) } } };
    };
    return {
      name,
      ids: method?.readIds(business) ?? [],
      group: createQuotaGroup(params.get('app_key')),
      answer,
    };
  };
}
