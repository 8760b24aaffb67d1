import { createHash } from 'node:crypto';
import {
  type AnswerFault,
  createDice,
  deriveSandboxSecret,
  type SandboxAnswer,
  type SandboxRequest,
  type SandboxUpstream,
  type SandboxWorld,
} from '../../../simulation/upstream.js';

const CLOCK_TOLERANCE_MS = 10 * 60_000;

const say = (code: string, message: string, data?: object): SandboxAnswer => ({
  status: 200,
  body: { code: Number(code), message, data },
});

/** With code of its own, not with the provider's signer: a mistake there must not be repeated here. */
function isSigned(query: URLSearchParams, { secretOf, now }: SandboxWorld): boolean {
  const [appKey = '', itemId = '', time = ''] = ['appKey', 'itemId', 'time'].map(
    (name) => query.get(name) ?? '',
  );
  const secret = secretOf(appKey);
  if (secret === undefined || !(Math.abs(now() - Number(time)) <= CLOCK_TOLERANCE_MS)) return false;
  const text = `${secret}appKey${appKey}itemId${itemId}time${time}${secret}`;
  return createHash('md5').update(text).digest('hex').toUpperCase() === query.get('sign');
}

/** The product that an id stands for: the same in every process. Ids that end in 404 have none. */
function findItem(itemId: string): object | undefined {
  if (itemId.endsWith('404')) return undefined;
  const dice = createDice(`mogu ${itemId}`);
  const price = dice.whole(500, 50_000);
  return {
    itemId,
    title: `${dice.pick(['竹荪', '香菇', '羊肚菌'])} ${dice.whole(1, 5) * 100}g`,
    picture: `//img.mogu.example/${itemId}.jpg`,
    price,
    marketPrice: dice.chance(0.5) ? price + 1000 : 0,
    soldText: dice.pick(['已售1.2万+件', '已售300+件', '']),
    stock: dice.whole(0, 200),
  };
}

function playFault({ kind, code = '50' }: AnswerFault): SandboxAnswer | undefined {
  if (kind === 'code') return say(code, '系统错误');
  if (kind === 'not-found') return say('4', '商品不存在');
  if (kind === 'no-data') return say('0', '成功');
  return kind === 'empty-data' ? say('0', '成功', {}) : undefined;
}

function answerItem(query: URLSearchParams, world: SandboxWorld, fault?: AnswerFault): SandboxAnswer {
  if (fault?.kind === 'throttled') return say('29', '调用频繁');
  if (!isSigned(query, world)) return say('11', '签名错误');
  const item = findItem(query.get('itemId') ?? '');
  return (fault && playFault(fault)) ?? (item ? say('0', '成功', item) : say('4', '商品不存在'));
}

const read = ({ path, query }: SandboxRequest, world: SandboxWorld) => ({
  name: path.slice(1),
  ids: query.getAll('itemId'),
  group: `mogu ${query.get('appKey')}`,
  answer: (fault?: AnswerFault) => answerItem(query, world, fault),
});

/** Mogu Open, simulated. */
export const sandboxUpstream: SandboxUpstream = {
  id: 'mogu-goods',
  path: '/mogu',
  quota: { env: 'MOGU_QUOTA', fallback: '60/60s' },
  environment: (origin, appKey) => ({
    MOGU_BASE_URL: `${origin}/mogu`,
    MOGU_APP_KEY: appKey,
    MOGU_APP_SECRET: deriveSandboxSecret(appKey),
  }),
  samples: [
    { kind: 'product', id: '5200012345', about: 'an ordinary product' },
    { kind: 'product', id: '5200000404', about: 'unknown, like every id that ends in 404' },
  ],
  create: (world) => ({ read: (request) => read(request, world) }),
};
