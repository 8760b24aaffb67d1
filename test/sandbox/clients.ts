import { createHash } from 'node:crypto';

/** Minimal clients for the simulated wires: plain `fetch`, and signatures of their own. */

export type Environment = Readonly<Record<string, string>>;
// biome-ignore lint/suspicious/noExplicitAny: answers of foreign shape, looked into by tests only
export type Json = any;

const hash = (name: string, text: string) => createHash(name).update(text, 'utf8').digest('hex');

export async function readJson(answer: Response): Promise<Json> {
  return JSON.parse(await answer.text());
}

const need = (environment: Environment, name: string): string => {
  const value = environment[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};

export async function getGuideToken(environment: Environment): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: need(environment, 'JD_UNION_APP_KEY'),
    client_secret: need(environment, 'JD_UNION_APP_SECRET'),
  });
  const answer = await fetch(need(environment, 'JD_UNION_TOKEN_URL'), { method: 'POST', body });
  return (await readJson(answer)).access_token;
}

export function signGuide(params: Environment, secret: string): string {
  const base = Object.keys(params)
    .sort()
    .map((key) => key + params[key])
    .join('');
  return hash('sha256', secret + base + secret).toUpperCase();
}

export function callGuide(environment: Environment, token: string, params: Environment): Promise<Response> {
  const all: Record<string, string> = {
    app_key: need(environment, 'JD_UNION_APP_KEY'),
    access_token: token,
    timestamp: String(Date.now()),
    format: 'json',
    v: '2.0',
    ...params,
  };
  const sign = all['sign'] ?? signGuide(all, need(environment, 'JD_UNION_APP_SECRET'));
  return fetch(need(environment, 'JD_UNION_GATEWAY_URL'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...all, sign }),
  });
}

export async function getGuideGoods(environment: Environment, token: string, skuId: string): Promise<Json> {
  const answer = await callGuide(environment, token, {
    method: 'jd.union.open.goods.detail.query',
    sign_method: 'hmac-sha256',
    param_json: JSON.stringify({ skuId }),
  });
  return readJson(answer);
}

export async function getGuideShop(
  environment: Environment,
  token: string,
  [shopId, page, size]: readonly [string, number, number],
): Promise<Json> {
  const answer = await callGuide(environment, token, {
    method: 'jingdong.goods.search',
    shop_id: shopId,
    page_no: String(page),
    page_size: String(size),
  });
  return (await readJson(answer)).jingdong_goods_search_responce?.result;
}

export function callJumdata(environment: Environment, form: Environment): Promise<Response> {
  const appId = need(environment, 'JUMDATA_APP_ID');
  const timestamp = String(Date.now());
  const sign = hash('sha256', appId + need(environment, 'JUMDATA_APP_SECRET') + timestamp);
  return fetch(`${need(environment, 'JUMDATA_BASE_URL')}/pinduoduo/goods/detail`, {
    method: 'POST',
    body: new URLSearchParams({ appId, timestamp, sign, ...form }),
  });
}

export async function getJumdataGoods(environment: Environment, goodsId: string): Promise<Json> {
  return readJson(await callJumdata(environment, { goodsId }));
}
