import * as z from 'zod/mini';
import { type Receipt, ResponseError, UnsupportedError } from '../../errors.js';
import { anything, field, isEmptyValue, text } from '../../product/lenient-schema.js';
import { parseDecimal, parseFlag } from '../../product/normalizer.js';
import type { ProductFacts } from '../../product/product.js';
import type { Call, Connection, HttpAnswer, Toolbox } from '../../provider.js';
import { createProductProbe } from '../../provider.js';
import { pdd } from '../pdd/links.js';
import { createCodeError, createEmptyError, createParameterError, createRefusedError } from './errors.js';
import { normalizeGoods } from './normalize.js';
import { Goods } from './schema.js';
import type { JumdataValues } from './settings.js';
import { formatJumdataSignature } from './sign.js';

/** Product details of Pinduoduo, paid by the call. */
export function connectJumdata(toolbox: Toolbox<JumdataValues>): Connection {
  const getProduct: Connection['getProduct'] = async ({ id, idType }, _detail, options) => {
    if (idType !== undefined) throw createSignError();
    return toolbox.send(createGoodsCall(toolbox.settings, id), options);
  };
  return {
    getProduct,
    accepts: (idType) => idType === undefined,
    tells: () => ['group', 'single', 'list'],
    probes: [createProductProbe(pdd, getProduct, 'paid')],
  };
}

function createSignError(): UnsupportedError {
  return new UnsupportedError(
    'This link carries a goods_sign, not a numeric product id, and cannot be looked up. Open it and paste the product page instead, such as https://mobile.yangkeduo.com/goods.html?goods_id=8420152864',
    { code: 'goods_sign_unsupported' },
  );
}

function createGoodsCall(settings: JumdataValues, goodsId: string): Call<ProductFacts> {
  return {
    name: 'pinduoduo/goods/detail',
    paid: true,
    readReceipt,
    build: ({ nowMs }) => {
      const timestamp = String(nowMs);
      const sign = formatJumdataSignature(settings.appId, settings.appSecret, timestamp);
      return {
        method: 'POST',
        url: `${settings.baseUrl}/pinduoduo/goods/detail`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ appId: settings.appId, timestamp, sign, goodsId }).toString(),
      };
    },
    read: (answer) => readGoods(answer, goodsId),
  };
}

const Envelope = z.looseObject({
  code: field(parseDecimal),
  msg: field((value) => String(value ?? '')),
  /** Whether the call was billed. */
  charge: field(parseFlag),
  /** Their id of the call. */
  taskNo: text(64),
  data: anything,
});

function readReceipt(answer: HttpAnswer): Receipt {
  try {
    const { charge, taskNo, msg, data } = Envelope.parse(answer.json());
    return { billed: charge, trace: taskNo, said: isEmptyValue(data) && msg !== '' ? msg : undefined };
  } catch {
    return {};
  }
}

function readGoods(answer: HttpAnswer, goodsId: string): ProductFacts {
  const envelope = Envelope.safeParse(answer.json());
  if (!envelope.success || envelope.data.code === undefined) {
    throw new ResponseError(
      'jumdata answered without a code. Report it with the log; repeating will not help.',
    );
  }
  const { code, msg, charge, data } = envelope.data;
  if (code === 400) throw createParameterError(msg);
  if (code !== 200) throw createCodeError(String(code), msg);
  if (isEmptyValue(data)) throw charge ? createEmptyError() : createRefusedError(msg);
  const goods = Goods.safeParse(data);
  if (!goods.success)
    throw new ResponseError('jumdata answered with data that is not an object. Report it with the log.');
  return normalizeGoods(goods.data, goodsId);
}
