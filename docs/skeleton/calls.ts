import * as z from 'zod/mini';
import { type Receipt, ResponseError } from '../../errors.js';
import { anything, field, isEmptyValue } from '../../product/lenient-schema.js';
import type { ProductFacts } from '../../product/product.js';
import {
  type Call,
  type Connection,
  createProductProbe,
  type HttpAnswer,
  type Toolbox,
} from '../../provider.js';
import { formatWrappedSignature } from '../../signer.js';
import { createCodeError } from './errors.js';
import { mogu } from './links.js';
import { Item, normalizeItem } from './normalize.js';
import type { MoguValues } from './settings.js';

export function connectMogu({ settings, send }: Toolbox<MoguValues>): Connection {
  const getProduct: Connection['getProduct'] = ({ id }, _detail, options) =>
    send(createItemCall(settings, id), options);
  return {
    getProduct,
    tells: () => ['sale', 'list'],
    probes: [createProductProbe(mogu, getProduct, 'quota')],
  };
}

function createItemCall({ baseUrl, appKey, appSecret }: MoguValues, itemId: string): Call<ProductFacts> {
  return {
    name: 'item.get',
    build: ({ nowMs }) => {
      const params = { appKey, itemId, time: String(nowMs) };
      const sign = formatWrappedSignature('md5', params, appSecret);
      return { method: 'GET', url: `${baseUrl}/item.get?${new URLSearchParams({ ...params, sign })}` };
    },
    readReceipt,
    read: (answer) => readItem(answer, itemId),
  };
}

const Envelope = z.looseObject({
  code: field((value) => String(value ?? '')),
  message: field((value) => String(value ?? '')),
  data: anything,
});

/** What the service itself says of a failure, for its operator alone. Never throws. */
function readReceipt(answer: HttpAnswer): Receipt {
  try {
    const { code, message } = Envelope.parse(answer.json());
    return { said: code === '0' ? undefined : message };
  } catch {
    return {};
  }
}

function readItem(answer: HttpAnswer, itemId: string): ProductFacts {
  const envelope = Envelope.safeParse(answer.json());
  const { code, message, data } = envelope.data ?? { code: '', message: '', data: undefined };
  if (code !== '0') throw createCodeError(code, message);
  const item = Item.safeParse(data);
  if (!item.success || isEmptyValue(data))
    throw new ResponseError(
      'Mogu answered without a product. Report it with the log; retrying will not help.',
    );
  return normalizeItem(item.data, itemId);
}
