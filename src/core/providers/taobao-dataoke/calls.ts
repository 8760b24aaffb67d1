import * as z from 'zod/mini';
import { NotFoundError, type Receipt, ResponseError } from '../../errors.js';
import { anything, hasContent, isEmptyValue, text } from '../../product/lenient-schema.js';
import type { Call, HttpAnswer } from '../../provider.js';
import { createMissingError, createNoProductError } from '../taobao/refusals.js';
import { createDataokeError } from './errors.js';
import { Goods, PrivilegeLink } from './schema.js';
import type { DataokeValues } from './settings.js';
import { signParams } from './sign.js';

interface Method<T> {
  readonly path: string;
  /** Each method has its own. */
  readonly version: string;
  /** @param data never empty */
  readonly read: (data: unknown) => T;
  /** What an answer without data means. */
  readonly createEmptyError: () => NotFoundError;
}

/** A product by its id of today. */
export function createDetailsCall(settings: DataokeValues, id: string): Call<Goods> {
  return createCall(
    settings,
    { goodsId: id },
    {
      path: 'goods/get-goods-details',
      version: 'v1.2.3',
      read: readGoods,
      createEmptyError: () => createMissingError(id),
    },
  );
}

/** What a text of Taobao, JD or Pinduoduo is about. */
export function createParseCall(settings: DataokeValues, content: string): Call<Goods> {
  return createCall(
    settings,
    { content },
    {
      path: 'dels/kit/contentParse',
      version: 'v1.0.0',
      read: (data) => {
        const first = getFirst(data);
        if (isEmptyValue(first)) throw createNoProductError();
        return readGoods(first);
      },
      createEmptyError: () => createNoProductError(),
    },
  );
}

/** A link that earns a commission. The version is a guess: the wire's description does not name one. */
export function createLinkCall(settings: DataokeValues, id: string): Call<z.infer<typeof PrivilegeLink>> {
  return createCall(
    settings,
    { goodsId: id, ...(settings.pid && { pid: settings.pid }) },
    {
      path: 'tb-service/get-privilege-link',
      version: 'v1.3.1',
      read: (data) => PrivilegeLink.parse(data),
      createEmptyError: () =>
        new NotFoundError('Dataoke makes no promotion link for this product.', { code: 'not_promoted' }),
    },
  );
}

function createCall<T>(
  { baseUrl, appKey, appSecret, signForm }: DataokeValues,
  business: Readonly<Record<string, string>>,
  method: Method<T>,
): Call<T> {
  return {
    name: method.path,
    build: ({ nowMs }) => {
      const params = signParams(signForm, { ...business, appKey, version: method.version }, appSecret, nowMs);
      return { method: 'GET', url: `${baseUrl}/${method.path}?${new URLSearchParams(params)}` };
    },
    readReceipt,
    read: (answer) => readAnswer(answer, method),
  };
}

const Envelope = z.looseObject({
  code: text(20),
  msg: text(),
  requestId: text(64),
  data: anything,
});

function readAnswer<T>(answer: HttpAnswer, { read, createEmptyError }: Method<T>): T {
  const envelope = Envelope.safeParse(answer.json());
  if (!envelope.success || envelope.data.code === undefined) {
    throw new ResponseError(
      'Dataoke answered without a code. Report it with the log; repeating will not help.',
    );
  }
  const { code, msg = '', data, ...others } = envelope.data;
  if (code !== '0') throw createDataokeError(code, msg);
  if (!isEmptyValue(data)) return read(data);
  if (hasContent(others)) throw createShapeError(others);
  throw createEmptyError();
}

function createShapeError(members: object): ResponseError {
  return new ResponseError('Dataoke answered in another shape than expected. Report it with the log.', {
    detail: `keys ${Object.keys(members).slice(0, 8).join(', ')}`,
  });
}

/** One product is returned directly, several in a list. */
function getFirst(data: unknown): unknown {
  const list = typeof data === 'object' && data !== null && 'list' in data ? data.list : undefined;
  return Array.isArray(list) ? list[0] : data;
}

function readGoods(data: unknown): Goods {
  const goods = Goods.safeParse(data);
  if (goods.success) return goods.data;
  throw new ResponseError('Dataoke answered with data that is not an object. Report it with the log.');
}

function readReceipt(answer: HttpAnswer): Receipt {
  try {
    const { requestId, msg, code } = Envelope.parse(answer.json());
    return { trace: requestId, said: code === '0' ? undefined : msg };
  } catch {
    return {};
  }
}
