import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  CredentialError,
  ResponseError,
  ThrottledError,
  TokenExpiredError,
} from '../../../src/core/errors.js';
import { parseJson } from '../../../src/core/product/json.js';
import type { HttpAnswer } from '../../../src/core/provider.js';
import { createGuideErrorRows } from '../../../src/core/providers/jd/guide/errors.js';
import { readGuideResult } from '../../../src/core/providers/jd/guide/gateway.js';
import { createJosErrorRows } from '../../../src/core/providers/jd/jos/errors.js';
import {
  buildJosRequest,
  formatJosJson,
  type JosValue,
  readJosResponse,
  readJosResult,
} from '../../../src/core/providers/jd/jos/gateway.js';
import { formatJosSignature } from '../../../src/core/providers/jd/sign.js';

const advice = {
  keyEnv: 'KEY',
  secretEnv: 'SECRET',
  signEnv: 'SIGN',
  dialectEnv: 'DIALECT',
  token: 'Log in again.',
  console: 'open.jd.com',
};
const rows = [...createGuideErrorRows(advice), ...createJosErrorRows(advice)];

function answer(body: unknown): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status: 200, text, json: () => parseJson(text) };
}

describe('formatJosSignature', () => {
  // From public tests and JD's own guide page; the secret is `yourappSecret`.
  const first = {
    v: '2.0',
    method: 'jingdong.innovation.product.write.createSkus',
    app_key: 'yourappkey',
    access_token: 'yourtoken',
    '360buy_param_json': '{"paramStrin":"abc"}',
    timestamp: '2019-06-27 15:41:49',
  };
  const second = {
    v: '2.0',
    method: 'jingdong.pop.order.search',
    app_key: 'yourappkey',
    access_token: 'yourtoken',
    '360buy_param_json':
      '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT","page":"1","page_size":"200","start_date":null}',
    timestamp: '2021-05-07 09:20:39.683+0800',
  };

  it.each([
    ['the first vector', first, 'E79CD3D49918172CA907A4CB493D9361'],
    [
      'the first vector with a space after the colon',
      { ...first, '360buy_param_json': '{"paramStrin": "abc"}' },
      'CB679E808F08AA8942357589568D70DB',
    ],
    ['the second vector', second, 'D70825340F4084360B9362B60DFD7930'],
  ])('agrees with %s', (_, params, signature) => {
    expect(formatJosSignature(params, 'yourappSecret')).toBe(signature);
  });

  it('does not depend on the order of the parameters, and depends on every value', () => {
    const values = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 8 }), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(values, fc.string({ minLength: 1 }), (params, secret) => {
        const reversed = Object.fromEntries(Object.entries(params).reverse());
        const signature = formatJosSignature(params, secret);
        expect(formatJosSignature(reversed, secret)).toBe(signature);
        for (const name of Object.keys(params)) {
          expect(formatJosSignature({ ...params, [name]: `${params[name]}x` }, secret)).not.toBe(signature);
        }
      }),
    );
  });
});

describe('buildJosRequest', () => {
  it('signs a search as the known vector', () => {
    const { body } = buildJosRequest(
      { url: '', appKey: 'APPKEY', appSecret: 'SECRET' },
      {
        method: 'jd.union.open.goods.query',
        version: '1.0',
        token: '',
        nowMs: Date.UTC(2025, 5, 15, 15, 6, 40),
        business: { goodsReqDTO: { keyword: '手机', pageIndex: 1, pageSize: 20 } },
      },
    );
    expect(new URLSearchParams(body).get('sign')).toBe('8E7A3F17C366036A2AEDC7C60AA7A627');
  });

  const gateway = { url: 'https://gateway.example/routerjson', appKey: 'key', appSecret: 'secret' };
  const build = (token: string, version: '1.0' | '2.0') =>
    buildJosRequest(gateway, { method: 'a.b', version, token, nowMs: 0, business: { id: 1n } });

  it('sends a form whose signature covers every other field', () => {
    const { body, headers, method } = build('token', '2.0');
    const { sign, ...params } = Object.fromEntries(new URLSearchParams(body));
    expect(method).toBe('POST');
    expect(headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(params).toEqual({
      method: 'a.b',
      app_key: 'key',
      access_token: 'token',
      timestamp: '1970-01-01 08:00:00',
      format: 'json',
      v: '2.0',
      sign_method: 'md5',
      '360buy_param_json': '{"id":1}',
    });
    expect(sign).toBe(formatJosSignature(params, 'secret'));
  });

  it('leaves out a token that does not exist', () => {
    const params = new URLSearchParams(build('', '1.0').body);
    expect([params.has('access_token'), params.get('v')]).toEqual([false, '1.0']);
  });
});

describe('formatJosJson', () => {
  it('writes ids with all their digits', () => {
    const ids = ['100012345678', '9007199254740993', '9223372036854775807'];
    expect(formatJosJson({ skuIds: ids.map(BigInt) })).toBe(
      '{"skuIds":[100012345678,9007199254740993,9223372036854775807]}',
    );
  });

  it('is ordinary compact JSON otherwise, without what is undefined', () => {
    const value = fc.anything({ values: [fc.string(), fc.integer()], maxDepth: 3 });
    fc.assert(
      fc.property(value, (one) => {
        expect(formatJosJson(one as JosValue)).toBe(JSON.stringify(one));
      }),
    );
    expect(formatJosJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });
});

describe('readJosResponse', () => {
  it.each([
    ['_responce', { a_b_responce: { code: '0', queryResult: {} } }],
    ['_response', { a_b_response: { code: 0, queryResult: {} } }],
    ['no code', { a_b_responce: { queryResult: {} } }],
    ['an empty code', { a_b_responce: { code: '', queryResult: {} } }],
    ['an error that is nothing', { error_response: null, a_b_responce: { queryResult: {} } }],
  ])('takes an envelope with %s', (_, body) => {
    expect(readJosResponse(answer(body), rows)).toHaveProperty('queryResult');
  });

  it.each([
    ['a throttled call', { error_response: { code: '2', zh_desc: '限制' } }, ThrottledError],
    ['a bad format, which is not throttling here', { error_response: { code: '13' } }, ResponseError],
    ['a numeric code', { error_response: { code: 12, en_desc: 'Invalid signature' } }, CredentialError],
    ['an expired token', { error_response: { code: '19', msg: 'x' } }, TokenExpiredError],
    ['a clock that is off', { error_response: { code: '8' } }, ConfigError],
    ['a code in the envelope', { a_b_responce: { code: '24', zh_desc: '无权限' } }, CredentialError],
    ['an error without a code', { error_response: {} }, ResponseError],
    ['an error that is a list', { error_response: [] }, ResponseError],
    ['nothing', {}, ResponseError],
    ['a list', [], ResponseError],
    ['null', 'null', ResponseError],
    ['an envelope that is text', { a_b_responce: 'x' }, ResponseError],
  ])('turns %s into an error', (_, body, expected) => {
    expect(() => readJosResponse(answer(body), rows)).toThrow(expected);
  });

  it('keeps what JD says for the log', () => {
    const read = () => readJosResponse(answer({ error_response: { code: '12', zh_desc: '无效签名' } }), rows);
    expect(read).toThrow(expect.objectContaining({ detail: 'code 12: 无效签名' }));
  });
});

describe('readJosResult', () => {
  it.each([
    ['an object', { queryResult: { code: 200 } }],
    ['JSON text', { getResult: '{"code":200}' }],
    ['any name that ends in result', { code: '0', result: { code: 200 } }],
  ])('takes %s', (_, response) => {
    expect(readJosResult(response)).toEqual({ code: 200 });
  });

  it('keeps long ids in JSON text', () => {
    expect(readJosResult({ queryResult: '{"skuId":9007199254740993}' })).toEqual({
      skuId: '9007199254740993',
    });
  });

  it.each([
    ['broken JSON text', { queryResult: '{"code":200,"da' }],
    ['empty text', { queryResult: '' }],
    ['a list', { queryResult: [] }],
    ['text of a list', { queryResult: '[]' }],
    ['a number', { queryResult: 1 }],
    ['none', { code: '0' }],
  ])('refuses %s', (_, response) => {
    expect(() => readJosResult(response)).toThrow(ResponseError);
  });
});

describe('readGuideResult', () => {
  const read = (body: unknown) => () => readGuideResult(answer(body), 'a.b', rows);

  it.each(['7', '11', '14', '15', '18', '20'])(
    'hears from code %s of production that the dialect is the wrong one',
    (code) => {
      expect(read({ error_response: { code } })).toThrow(
        expect.objectContaining({ code: 'unknown_method', message: expect.stringContaining('DIALECT=jos') }),
      );
    },
  );

  it.each(['0', 0, undefined, null, ''])('takes the code %j for success', (code) => {
    expect(read({ code, a_b_responce: { result: { x: 1 } } })()).toEqual({ x: 1 });
    expect(read({ code, a_b_response: { code, result: { x: 1 } } })()).toEqual({ x: 1 });
  });

  it.each([[null], ['"text"'], [[]], [{}], [{ code: 0 }], [{ a_b_responce: null }], [{ a_b_responce: 'x' }]])(
    'refuses the answer %j',
    (body) => {
      expect(read(body)).toThrow(ResponseError);
    },
  );

  it("reads production's other codes by production's table", () => {
    expect(read({ error_response: { code: '13' } })).toThrow(ResponseError);
    expect(read({ error_response: { code: '2' } })).toThrow(ThrottledError);
    expect(read({ code: 13, message: '频率超限' })).toThrow(ThrottledError);
  });

  it('names the form of signature, which this dialect alone leaves open', () => {
    expect(read({ code: 10001, message: '无效签名' })).toThrow(/KEY and SECRET.*then SIGN and DIALECT/);
    const readJos = () => readJosResponse(answer({ error_response: { code: '12' } }), rows);
    expect(readJos).toThrow(/KEY and SECRET.*then DIALECT/);
  });

  it('takes a message that names the token for an expired one', () => {
    expect(read({ code: 40, message: 'access_token expired' })).toThrow(
      expect.objectContaining({
        name: 'TokenExpiredError',
        message: expect.stringContaining('Log in again.'),
        detail: expect.stringContaining('code 40'),
      }),
    );
    expect(read({ code: 13, message: 'access_token is used too often' })).toThrow(ThrottledError);
    expect(read({ code: 40, message: 'something else' })).toThrow(ResponseError);
  });
});
