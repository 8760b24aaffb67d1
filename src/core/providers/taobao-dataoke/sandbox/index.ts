import { createHash } from 'node:crypto';
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
import { findDetails, openContent } from './goods.js';

const CLOCK_TOLERANCE_MS = 10 * 60_000;

const MESSAGES: Readonly<Record<string, string>> = {
  sign: '签名错误',
  limit: '请求过于频繁',
  authorisation: '淘宝授权已失效，请重新授权',
  parameter: '参数错误',
  gone: '商品不存在或已下架',
  theirs: '系统繁忙',
};

function refuse(code: string): SandboxAnswer {
  const msg = MESSAGES[code] ?? '???';
  return { status: 200, body: { requestId: 'sandbox', code: Number(code) || 1, msg, data: null } };
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex').toUpperCase();
}

/** With code of its own, not with the provider's signer: either style is taken. */
function isSigned(query: URLSearchParams, { secretOf, now }: SandboxWorld): boolean {
  const secret = secretOf(query.get('appKey') ?? '');
  if (secret === undefined) return false;
  const [sign, signRan] = [query.get('sign'), query.get('signRan')];
  if (signRan !== null) {
    const [timer, nonce] = [query.get('timer') ?? '', query.get('nonce') ?? ''];
    const isFresh = Math.abs(now() - Number(timer)) <= CLOCK_TOLERANCE_MS && /^\d{6}$/.test(nonce);
    return (
      isFresh && signRan === md5(`appKey=${query.get('appKey')}&timer=${timer}&nonce=${nonce}&key=${secret}`)
    );
  }
  const pairs = [...query].filter(([name]) => name !== 'sign').sort(([a], [b]) => (a < b ? -1 : 1));
  return sign === md5(`${pairs.map(([name, value]) => `${name}=${value}`).join('&')}&key=${secret}`);
}

interface Method {
  readonly version: string;
  readonly answer: (query: URLSearchParams) => object | undefined;
}

const createMethods = ({ random }: SandboxWorld): Readonly<Record<string, Method>> => ({
  'goods/get-goods-details': {
    version: 'v1.2.3',
    answer: (query) => findDetails(query.get('goodsId') ?? '', random),
  },
  'dels/kit/contentParse': {
    version: 'v1.0.0',
    answer: (query) => openContent(query.get('content') ?? '', random),
  },
  'tb-service/get-privilege-link': {
    version: 'v1.3.1',
    answer: (query) =>
      findDetails(query.get('goodsId') ?? '', random) && {
        shortUrl: `https://s.click.taobao.com/${query.get('goodsId')?.split('-').at(-1)}`,
      },
  },
});

function playFault({ kind, code = 'theirs' }: AnswerFault): SandboxAnswer | undefined {
  const succeed = (data: unknown) => ({ status: 200, body: { code: 0, msg: '成功', data } });
  switch (kind) {
    case 'throttled':
      return refuse('limit');
    case 'code':
      return refuse(code);
    case 'not-found':
      return refuse('gone');
    case 'unknown-method':
      return { status: 404, body: 'Not Found' };
    case 'no-data':
      return succeed(null);
    case 'empty-data':
      return succeed({});
    case 'result-broken':
      return succeed('broken');
    default:
      return undefined;
  }
}

function read(
  { method, path, query }: SandboxRequest,
  world: SandboxWorld,
  methods: Readonly<Record<string, Method>>,
): SandboxCall {
  const name = path.replace(/^\/api\//, '');
  const known = method === 'GET' ? methods[name] : undefined;
  const appKey = query.get('appKey');
  const goodsId = query.get('goodsId');
  const answer = (fault?: AnswerFault): SandboxAnswer => {
    if (fault?.kind === 'throttled') return refuse('limit');
    if (!known) return { status: 404, body: 'Not Found' };
    if (!isSigned(query, world)) return refuse('sign');
    if (query.get('version') !== known.version) return refuse('parameter');
    const played = fault && playFault(fault);
    if (played) return played;
    const data = known.answer(query);
    if (!data) return refuse('gone');
    return { status: 200, body: { requestId: 'sandbox', time: world.now(), code: 0, msg: '成功', data } };
  };
  return { name, ids: goodsId ? [goodsId] : [], group: appKey ? `dataoke ${appKey}` : undefined, answer };
}

/** The service, simulated: it sells what the alliance sells. */
export const sandboxUpstream: SandboxUpstream = {
  id: 'taobao-dataoke',
  path: '/taobao-dataoke',
  quota: { env: 'DATAOKE_QUOTA', fallback: '5/1s' },
  environment: (origin, appKey) => ({
    DATAOKE_BASE_URL: `${origin}/taobao-dataoke/api`,
    DATAOKE_APP_KEY: appKey,
    DATAOKE_APP_SECRET: deriveSandboxSecret(appKey),
  }),
  amountFields: ['originalPrice', 'actualPrice', 'couponPrice'],
  samples: ITEM_SAMPLES,
  create: (world) => {
    const methods = createMethods(world);
    return { read: (request) => read(request, world, methods) };
  },
};
