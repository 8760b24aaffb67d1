import { createHash } from 'node:crypto';

/** Minimal clients for the simulated wires: plain `fetch`, and signatures of their own. */

export type Texts = Readonly<Record<string, string>>;
// biome-ignore lint/suspicious/noExplicitAny: answers of foreign shape, looked into by tests only
export type Json = any;

export async function readJson(answer: Response): Promise<Json> {
  return JSON.parse(await answer.text());
}

function need(environment: Texts, name: string): string {
  const value = environment[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

function sign(algorithm: string, params: Texts, secret: string): string {
  const base = Object.keys(params)
    .sort()
    .map((key) => key + params[key])
    .join('');
  return createHash(algorithm)
    .update(secret + base + secret, 'utf8')
    .digest('hex')
    .toUpperCase();
}

export function formatGmt8(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** One JD application at one of the two gateways. */
export class JdClient {
  readonly #environment: Texts;
  readonly #family: 'JD_UNION' | 'JD_OPEN';
  token = '';

  constructor(environment: Texts, family: 'JD_UNION' | 'JD_OPEN' = 'JD_UNION') {
    this.#environment = environment;
    this.#family = family;
    this.token = environment[`${family}_ACCESS_TOKEN`] ?? '';
  }

  get appKey(): string {
    return need(this.#environment, `${this.#family}_APP_KEY`);
  }

  get secret(): string {
    return need(this.#environment, `${this.#family}_APP_SECRET`);
  }

  async login(fields: Texts = {}): Promise<Json> {
    const form = {
      grant_type: 'client_credentials',
      client_id: this.appKey,
      client_secret: this.secret,
      ...fields,
    };
    const url = need(this.#environment, 'JD_UNION_TOKEN_URL');
    const body = await readJson(await fetch(url, { method: 'POST', body: new URLSearchParams(form) }));
    this.token = body.access_token ?? this.token;
    return body;
  }

  /** Dialect guide: `overrides` win over what would be sent, also over the signature. */
  guideCall(params: Texts, overrides: Texts = {}): Promise<Response> {
    const signed: Record<string, string> = {
      app_key: this.appKey,
      access_token: this.token,
      timestamp: String(Date.now()),
      format: 'json',
      v: '2.0',
      ...params,
    };
    const all = { ...signed, sign: sign('sha256', signed, this.secret), ...overrides };
    return this.post('application/json', JSON.stringify(all));
  }

  async guide(params: Texts, overrides: Texts = {}): Promise<Json> {
    return readJson(await this.guideCall(params, overrides));
  }

  guideProduct(skuId: string, overrides: Texts = {}): Promise<Json> {
    const business = { sign_method: 'hmac-sha256', param_json: JSON.stringify({ skuId }) };
    return this.guide({ method: 'jd.union.open.goods.detail.query', ...business }, overrides);
  }

  async guideShop(shopId: string, page: number, size: number): Promise<Json> {
    const where = { shop_id: shopId, page_no: String(page), page_size: String(size) };
    const answer = await this.guide({ method: 'jingdong.goods.search', ...where });
    return answer.jingdong_goods_search_responce?.result ?? answer;
  }

  /** Dialect jos: `changes` are signed, `overrides` win after signing. */
  async jos(
    method: string,
    business: object | string,
    overrides: Texts = {},
    changes: Texts = {},
  ): Promise<Json> {
    const isUnion = method.startsWith('jd.union.');
    const signed: Record<string, string> = {
      method,
      app_key: this.appKey,
      timestamp: formatGmt8(Date.now()),
      format: 'json',
      v: isUnion ? '1.0' : '2.0',
      sign_method: 'md5',
      '360buy_param_json': typeof business === 'string' ? business : JSON.stringify(business),
      ...(isUnion ? {} : { access_token: this.token }),
      ...changes,
    };
    const all = { ...signed, sign: sign('md5', signed, this.secret), ...overrides };
    const answer = await this.post('application/x-www-form-urlencoded', new URLSearchParams(all).toString());
    return readJson(answer);
  }

  /** The inner answer of a Union method. */
  async josInner(method: string, business: object | string): Promise<Json> {
    const answer = await this.jos(method, business);
    return JSON.parse(answer[`${method.replaceAll('.', '_')}_responce`].queryResult);
  }

  post(contentType: string, body: string): Promise<Response> {
    const url = need(this.#environment, `${this.#family}_GATEWAY_URL`);
    return fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body });
  }
}

export async function createUnionClient(environment: Texts): Promise<JdClient> {
  const client = new JdClient(environment);
  await client.login();
  return client;
}

export function callJumdata(environment: Texts, form: Texts): Promise<Response> {
  const appId = need(environment, 'JUMDATA_APP_ID');
  const timestamp = String(Date.now());
  const text = appId + need(environment, 'JUMDATA_APP_SECRET') + timestamp;
  const signature = createHash('sha256').update(text, 'utf8').digest('hex');
  return fetch(`${need(environment, 'JUMDATA_BASE_URL')}/pinduoduo/goods/detail`, {
    method: 'POST',
    body: new URLSearchParams({ appId, timestamp, sign: signature, ...form }),
  });
}

export async function getJumdata(environment: Texts, form: Texts): Promise<Json> {
  return readJson(await callJumdata(environment, form));
}
