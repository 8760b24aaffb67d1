import { createHash } from 'node:crypto';
import {
  type AnswerFault,
  createDice,
  deriveSandboxSecret,
  type SandboxAnswer,
  type SandboxCall,
  type SandboxRequest,
  type SandboxUpstream,
  type SandboxWorld,
} from '../../../simulation/upstream.js';
import { findGoods, GOODS_SAMPLES } from '../../pdd/sandbox/catalogue.js';
import type { SandboxGoods } from '../../pdd/sandbox/generate.js';
import { RECORDED_NOT_FOUND, RECORDED_PRODUCT, RECORDED_REFUSAL } from '../../pdd/sandbox/recorded.js';
import { SHORT_LINK_SAMPLES, SHORT_LINKS } from '../../pdd/sandbox/short-links.js';

/** None is documented; assumed as narrow as that of other gateways. */
const CLOCK_TOLERANCE_MS = 6 * 60_000;

const MESSAGES: Readonly<Record<string, string>> = {
  400: '参数错误',
  404: '接口地址不正确',
  500: '系统维护,请稍候再试',
  601: '接口未开通',
  602: '账号停用',
  603: '余额不足请充值',
  604: '接口停用',
  606: '调用超限,请稍候再试',
  609: '请求过于频繁,请稍候再试',
  610: '请求超时',
  999: '其他错误',
};

function refuse(code: string): SandboxAnswer {
  if (code === '201') return { status: 200, body: RECORDED_NOT_FOUND };
  return { status: 200, body: { code: Number(code), msg: MESSAGES[code] ?? '其他错误', charge: false } };
}

/** Answers that a fault asks for, whatever the product. */
function playFault({ kind, code = '999' }: AnswerFault): SandboxAnswer | undefined {
  switch (kind) {
    case 'throttled':
      return refuse('609');
    case 'code':
      return refuse(code);
    case 'not-found':
      return refuse('201');
    case 'no-data':
      return { status: 200, body: RECORDED_REFUSAL };
    case 'empty-data':
      return {
        status: 200,
        body: { code: 200, msg: '成功', taskNo: createTaskNo(''), charge: true, data: {} },
      };
    default:
      return undefined;
  }
}

function createTaskNo(goodsId: string): string {
  return `7811763861530005${goodsId.padStart(8, '0').slice(-8)}`;
}

/** With code of its own, not with the provider's signer. */
function isSigned(form: URLSearchParams, { secretOf, now }: SandboxWorld): boolean {
  const appId = form.get('appId') ?? '';
  const timestamp = form.get('timestamp') ?? '';
  const secret = secretOf(appId);
  const isFresh = /^\d{13}$/.test(timestamp) && Math.abs(now() - Number(timestamp)) <= CLOCK_TOLERANCE_MS;
  if (secret === undefined || !isFresh) return false;
  const sign = createHash('sha256').update(`${appId}${secret}${timestamp}`, 'utf8').digest('hex');
  return sign === form.get('sign');
}

function answerGoods(form: URLSearchParams, world: SandboxWorld, fault?: AnswerFault): SandboxAnswer {
  const goodsId = form.get('goodsId') ?? '';
  if (!isSigned(form, world)) return refuse('400');
  const played = fault && playFault(fault);
  if (played) return played;
  if (goodsId === '') return { status: 200, body: RECORDED_REFUSAL };
  if (!/^[1-9]\d{5,14}$/.test(goodsId)) return refuse('400');
  const data = findGoods(goodsId);
  return data ? { status: 200, body: wrap(goodsId, data) } : refuse('201');
}

/** The code may be a number or text, and the task number may be missing. */
function wrap(goodsId: string, data: SandboxGoods): object {
  if (data === RECORDED_PRODUCT.data) return RECORDED_PRODUCT;
  const dice = createDice(`envelope ${goodsId}`);
  const code = dice.chance(0.9) ? 200 : '200';
  return {
    code,
    msg: '成功',
    taskNo: dice.chance(0.9) ? createTaskNo(goodsId) : undefined,
    charge: true,
    data,
  };
}

function read(request: SandboxRequest, world: SandboxWorld): SandboxCall {
  const isForm = request.contentType.startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(isForm ? request.body : '');
  const known = request.method === 'POST' && request.path === '/pinduoduo/goods/detail';
  const appId = form.get('appId');
  const goodsId = form.get('goodsId');
  return {
    name: request.path.slice(1),
    ids: goodsId ? [goodsId] : [],
    group: appId ? `jumdata ${appId}` : undefined,
    answer: (fault) => {
      if (fault?.kind === 'throttled') return refuse('609');
      return known ? answerGoods(form, world, fault) : refuse('404');
    },
  };
}

/** The Pinduoduo data service, simulated. */
export const sandboxUpstream: SandboxUpstream = {
  id: 'pdd-jumdata',
  path: '/jumdata',
  quota: { env: 'JUMDATA_QUOTA', fallback: '10/1s' },
  environment: (origin, appKey) => ({
    JUMDATA_BASE_URL: `${origin}/jumdata`,
    JUMDATA_APP_ID: appKey,
    JUMDATA_APP_SECRET: deriveSandboxSecret(appKey),
  }),
  amountFields: [
    'price',
    'group_price',
    'prices',
    'line_price',
    'original_price',
    'min_group_price',
    'max_group_price',
    'min_normal_price',
    'max_normal_price',
    'min_on_sale_group_price',
    'max_on_sale_group_price',
    'min_on_sale_normal_price',
    'max_on_sale_normal_price',
    'unselect_normal_save_price',
  ],
  samples: [...GOODS_SAMPLES, ...SHORT_LINK_SAMPLES],
  shortLinks: SHORT_LINKS,
  create: (world) => ({ read: (request) => read(request, world) }),
};
