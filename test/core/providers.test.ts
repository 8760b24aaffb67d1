import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type BijiaError,
  CredentialError,
  findErrorWords,
  formatResult,
  InputError,
  marketplaces,
  NotFoundError,
  ProductJson,
  parseRefs,
  providers,
  ResponseError,
  type Result,
  UnsupportedError,
} from '../../src/core/index.js';
import {
  listSecrets,
  type OpenedCase,
  openProviderCase,
  type ProviderCase,
  providerCases,
} from '../helpers/provider-cases.js';
import { listContainers, renameField, renameFields } from '../helpers/rewrite-answer.js';

const running: OpenedCase[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

async function open(...parameters: Parameters<typeof openProviderCase>): Promise<OpenedCase> {
  const opened = await openProviderCase(...parameters);
  running.push(opened);
  return opened;
}

const className = (error: unknown): string =>
  error instanceof Error ? error.constructor.name : String(error);

async function getOne({ core, productId, options }: OpenedCase, more: object = {}): Promise<Result> {
  const [result] = await core.get(productId, { ...options, ...more });
  if (!result) throw new Error('no result');
  return result;
}

/** Ids next to the sample; the sandbox knows a product for nearly every id. */
const neighbours = ({ productId }: OpenedCase, count: number): string[] =>
  Array.from({ length: count }, (_, index) => shiftId(productId, index));

/** An id that ends in another number. */
const shiftId = (id: string, by: number): string =>
  id.replace(/\d+$/, (digits) => String(BigInt(digits) + BigInt(by)).padStart(digits.length, '0'));

/** The names of all that is told, at every depth. */
const listKeys = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, entry]) => [
        ...(Array.isArray(value) ? [] : [key]),
        ...listKeys(entry),
      ])
    : [];

const getMany = (
  { core, options }: OpenedCase,
  ids: readonly string[],
  more: object = {},
): Promise<Result[]> =>
  core.lookUp(
    ids.flatMap((id) => core.parseProductRefs(id, options)),
    { ...options, ...more },
  );

/** Of some only the names are known. */
const linked = marketplaces.filter(({ links }) => links.length > 0);

describe.each(linked)('links of $names.en', (marketplace) => {
  it.each(marketplace.links.flatMap((rule) => rule.examples.map((example) => ({ ...rule, ...example }))))(
    'resolve to it alone: $text',
    ({ text, kind, id, idType }) => {
      expect(parseRefs(text, marketplaces)).toMatchObject([
        { platform: marketplace.id, kind, id, ...(idType !== undefined && { idType }) },
      ]);
    },
  );
});

const listRepeated = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

/** What a copy of a provider's folder leaves behind when it is not renamed throughout. */
describe('the registry', () => {
  it('names no provider, no setting and no marketplace twice', () => {
    expect(listRepeated(providers.map(({ id }) => id))).toEqual([]);
    expect(
      listRepeated(providers.flatMap(({ settings }) => Object.values(settings).map(({ env }) => env))),
    ).toEqual([]);
    expect(listRepeated(marketplaces.map(({ id }) => id))).toEqual([]);
    for (const language of ['en', 'zh'] as const)
      expect(listRepeated(marketplaces.map(({ names }) => names[language]))).toEqual([]);
  });

  it('gives every provider a sandbox of its own, with its own settings', async () => {
    const sandboxes = await Promise.all(providers.map(({ loadSandbox }) => loadSandbox()));
    expect(sandboxes.map(({ id }) => id)).toEqual(providers.map(({ id }) => id));
    expect(listRepeated(sandboxes.map(({ path }) => path))).toEqual([]);
    for (const [index, { environment, quota }] of sandboxes.entries()) {
      const own = Object.values(providers[index]?.settings ?? {}).map(({ env }) => env);
      const used = [quota.env, ...Object.keys(environment('http://127.0.0.1', 'sandbox-key'))];
      expect(used.filter((env) => !own.includes(env))).toEqual([]);
    }
  });

  it('has no code twice in the table of a dialect', () => {
    for (const { id, listErrorRows } of providers) {
      const codes = listErrorRows().map(({ dialect, code }) => `${id} ${dialect} ${code}`);
      expect(new Set(codes).size).toBe(codes.length);
    }
  });
});

describe('the words of providers for errors', () => {
  const worded = providers.flatMap(({ id, getErrorWords }) =>
    Object.entries(getErrorWords?.() ?? {}).map(([code, words]) => ({ id, code, ...words })),
  );

  it.each(worded)('are short sentences in both languages: $id, $code', ({ en, zh }) => {
    expect(en).toMatch(/^[A-Z][ -~]{1,89}$/);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(Array.from(zh.replace(/[ -~]+/g, 'x')).length).toBeLessThanOrEqual(40);
  });

  it('exist for everything that a provider does not support: that its marketplace is unsupported would be false', () => {
    const unsupported = providers.flatMap(({ listErrorRows, getErrorWords }) =>
      listErrorRows().flatMap(({ create }) => {
        const { outcome, code } = create('');
        return outcome === 'unsupported' && !getErrorWords?.()[code] ? [code] : [];
      }),
    );
    expect(unsupported).toEqual([]);
  });

  it('are found for the marketplace that was asked about', () => {
    const error = new UnsupportedError('', { code: 'item_id_unsupported' });
    expect(findErrorWords(error, 'jd', providers)).toMatchObject({
      zh: expect.stringContaining('item.jd.com'),
    });
    expect(findErrorWords(error, 'pdd', providers)).toBeUndefined();
    expect(findErrorWords(error, undefined, providers)).toBeUndefined();
  });
});

describe.each(providerCases)('$title', (provided: ProviderCase) => {
  const { provider, dialect } = provided;

  it('answers with a product in the normal form', async () => {
    const opened = await open(provided);
    for (const detail of ['price', 'summary', 'full'] as const) {
      const result = formatResult(await getOne(opened, { detail }));
      expect(result).toMatchObject({ outcome: 'ok', sandbox: true, id: opened.productId });
      const product = ProductJson.strict().parse(result.product);
      expect(listKeys(product).filter((key) => !/^[a-z][a-z\d]*(_[a-z\d]+)*$/.test(key))).toEqual([]);
      expect(product).toMatchObject({
        platform: provider.marketplace.id,
        source: provider.id,
        sandbox: true,
      });
      expect(product.title).toEqual(expect.any(String));
      expect(product.prices).not.toEqual([]);
      expect(parseRefs(product.url, marketplaces)).toMatchObject([{ kind: 'product', id: product.id }]);
    }
  });

  const DETAILS = ['price', 'summary', 'full'] as const;

  it.each(DETAILS)(
    'takes an answer about another product for no answer, and does not keep it: %s',
    async (detail) => {
      const opened = await open(provided);
      const { productId } = opened;
      const other = shiftId(productId, 7_000_000);
      const [end, otherEnd] = [productId, other].map((id) => /\d+$/.exec(id)?.[0] ?? id);
      opened.rewrite((text) => text.replaceAll(end ?? productId, otherEnd ?? other));
      const { error } = await getOne(opened, { detail });
      expect(error).toBeInstanceOf(ResponseError);
      expect(error).toMatchObject({ code: 'other_product', message: expect.stringContaining(productId) });
      opened.rewrite((text) => text);
      expect((await getOne(opened, { detail })).product).toMatchObject({ id: productId, cached: undefined });
    },
  );

  it.each(DETAILS)('is loud about an answer in which it knows no field: %s', async (detail) => {
    const opened = await open(provided);
    opened.rewrite(renameFields);
    const { error } = await getOne(opened, { detail });
    expect(error).toBeInstanceOf(ResponseError);
    opened.rewrite((text) => text);
    expect(await getOne(opened, { detail })).toMatchObject({ outcome: 'ok', product: { cached: undefined } });
  });

  it.each(DETAILS)('never takes an answer of another shape for "there is none": %s', async (detail) => {
    const opened = await open(provided);
    const names = new Set<string>();
    opened.rewrite((text) => {
      for (const name of listContainers(text)) names.add(name);
      return text;
    });
    await getOne(opened, { detail });
    expect(names.size).toBeGreaterThan(0);
    for (const name of names) {
      opened.rewrite((text) => renameField(text, name));
      const { outcome } = await getOne(opened, { detail, fresh: true });
      expect([name, outcome]).toEqual([name, expect.stringMatching(/^(ok|upstream_error)$/)]);
    }
  });

  it('says that there is no such product', async () => {
    const opened = await open(provided);
    opened.play({ kind: 'not-found', id: opened.productId });
    const result = await getOne(opened);
    expect([result.outcome, result.sandbox]).toEqual(['not_found', true]);
    expect(result.error?.message).toMatch(/[.]$/);
  });

  it('turns every code of its table into the error that stands for it', async () => {
    const rows = provider
      .listErrorRows()
      .filter((row) => row.dialect === undefined || row.dialect === dialect);
    expect(rows.length).toBeGreaterThan(0);
    const outcomes = await Promise.all(
      rows.map(async ({ code }) => {
        const opened = await open(provided);
        opened.play({ kind: 'code', code, id: opened.productId });
        const { error, sandbox } = await getOne(opened);
        return { code, error: className(error), sandbox };
      }),
    );
    expect(outcomes).toEqual(
      rows.map(({ code, create }) => ({ code, error: className(create('')), sandbox: true })),
    );
  });

  it("keeps the upstream's own words about a failure, for operators", async () => {
    const opened = await open(provided);
    opened.play({ kind: 'code', code: '98', id: opened.productId });
    expect((await getOne(opened)).error?.receipt?.said).toMatch(/\S/);
  });

  it.each(['no-data', 'empty-data'] as const)('has an answer of its own for %s', async (kind) => {
    const opened = await open(provided);
    opened.play({ kind, id: opened.productId });
    const { error, outcome } = await getOne(opened);
    expect(['not_found', 'invalid', 'upstream_error']).toContain(outcome);
    expect(error?.code).not.toBe('internal_error');
  });

  it('is loud about a code that nobody knows', async () => {
    const opened = await open(provided);
    opened.play({ kind: 'code', code: '98', id: opened.productId });
    expect((await getOne(opened)).error).toMatchObject({ code: 'unexpected_response', retryable: false });
  });

  it('waits in a batch when it is throttled, then has the product', async () => {
    const opened = await open(provided);
    opened.play({ kind: 'throttled', id: opened.productId, times: 1 });
    expect((await getOne(opened, { lane: 'batch' })).outcome).toBe('ok');
    expect(opened.sandbox.arrivals()[1]?.name).toBe(opened.sandbox.arrivals()[0]?.name);
  });

  it('tells a person who waits that it is throttled, at once', async () => {
    const opened = await open(provided);
    opened.play({ kind: 'throttled', id: opened.productId });
    expect((await getOne(opened)).outcome).toBe('throttled');
    expect(opened.sandbox.arrivals()).toHaveLength(1);
  });

  it('renews an expired token once, however many calls meet it', async () => {
    const opened = await open(provided);
    const uncounted = () => opened.sent.length - opened.sandbox.arrivals().length;
    const ids = neighbours(opened, 5);
    await Promise.all(ids.map((id) => opened.core.get(id, opened.options)));
    const [before, arrivals] = [uncounted(), opened.sandbox.arrivals().length];
    opened.sandbox.expireTokens();
    const again = await Promise.all(ids.map((id) => opened.core.get(id, { ...opened.options, fresh: true })));
    expect(again.flat().map(({ outcome }) => outcome)).not.toContain('not_configured');
    const wasRefused = opened.sandbox.arrivals().length > 2 * arrivals;
    expect(uncounted() - before).toBe(wasRefused ? 1 : 0);
  });

  // Some upstreams have one code for a bad signature and a bad parameter: then the message names both.
  it('refuses a wrong secret as a matter of credentials, or names it', async () => {
    const secrets = Object.values(provider.settings).filter(({ secret, credential }) => secret && credential);
    for (const { env } of secrets) {
      const opened = await open(provided, { [env]: 'not-the-secret-of-this-key' });
      const { error } = await getOne(opened);
      if (error instanceof InputError) expect(error.message).toContain(env);
      else expect(error, env).toBeInstanceOf(CredentialError);
      expect(error?.stopsBatch).toBe(error instanceof CredentialError);
    }
  });

  it('stops when it is aborted: nothing is sent, nothing is waited for', async () => {
    const opened = await open(provided);
    expect((await getOne(opened, { signal: AbortSignal.abort() })).outcome).toBe('cancelled');
    expect(opened.sent).toHaveLength(0);
    opened.play({ kind: 'hang', id: opened.productId });
    const controller = new AbortController();
    const pending = getOne(opened, {
      signal: controller.signal,
      onPermit: () => setTimeout(() => controller.abort(), 50),
    });
    expect((await pending).outcome).toBe('cancelled');
  });

  it('answers about every id of a group, also where the upstream leaves some out', async () => {
    const opened = await open(provided);
    const ids = neighbours(opened, 25);
    // With a token cached, the fault meets nothing else.
    await getOne(opened, { detail: 'full' });
    opened.play({ kind: 'missing-rows' });
    const results = await getMany(opened, ids, { detail: 'price' });
    const links = ids.map((id) => opened.core.parseProductRefs(id, opened.options)[0]?.url);
    expect(results.map(({ input }) => input)).toEqual(links);
    for (const { outcome, error } of results) {
      expect(outcome === 'ok' || error instanceof NotFoundError).toBe(true);
    }
  });

  it('knows the parts that it is there to complete', async () => {
    const { provider } = provided;
    const { completes = [] } = provider;
    const before = providers.slice(0, providers.indexOf(provider));
    expect(completes.length === 0 || before.some((one) => one.marketplace === provider.marketplace)).toBe(
      true,
    );
    const { product } = await getOne(await open(provided), { detail: 'full' });
    for (const part of completes) if (part !== 'product') expect(product?.[part], part).toBeDefined();
  });

  it('has probes that say what they cost', async () => {
    const opened = await open(provided);
    const { probes = [] } = opened.core.getUpstream(provider.marketplace.id, {
      source: provider.id,
    }).connection;
    expect(probes.some(({ cost }) => cost !== 'nothing')).toBe(true);
    for (const { cost, run } of probes) {
      const before = opened.sandbox.arrivals().length;
      await run({ lane: 'interactive' }).catch((error: BijiaError) =>
        expect(error).toBeInstanceOf(NotFoundError),
      );
      expect(opened.sandbox.arrivals().length - before).toBe(cost === 'nothing' ? 0 : 1);
    }
  });

  it('has the doctor say what nobody could try', () => {
    const { assumptions = [] } = provider;
    const own = assumptions.filter((one) => one.dialect === undefined || one.dialect === dialect);
    expect(own).not.toEqual([]);
    for (const { en, zh, dialect: only } of own) {
      expect(zh, en).toMatch(/\p{Script=Han}/u);
      expect(provider.settings['dialect']?.choices ?? [undefined]).toContain(only ?? dialect);
    }
  });

  it('lists a shop, or says why it cannot', async () => {
    const opened = await open(provided);
    const shopId = opened.upstream.samples.find(({ kind }) => kind === 'shop')?.id ?? '1000000127';
    const listing = opened.core.getShopProducts(shopId, { ...opened.options, limit: 5 });
    const outcome = await listing.then(
      ({ products }) => products.length,
      (error: BijiaError) => error.outcome,
    );
    expect(
      provider.capabilities.includes('shop') ? [5, 'unsupported'] : ['invalid', 'unsupported'],
    ).toContain(outcome);
  });

  it.each(['search', 'link'] as const)(
    'offers what it says it does, or says why not: %s',
    async (capability) => {
      const { core, options, productId, productUrl } = await open(provided).then((opened) => ({
        ...opened,
        productUrl: provider.marketplace.productUrl(opened.productId) ?? '',
      }));
      const find = () =>
        core.getUpstream(options.platform, { source: options.source, capability }).connection;
      const isPart = core.upstreams.some(
        (one) =>
          one.provider === provider &&
          (capability === 'search' ? one.connection.search : one.connection.getPromotionLink),
      );
      if (!provider.capabilities.includes(capability) || !isPart) {
        expect(find).toThrow(UnsupportedError);
      } else if (capability === 'search') {
        const { products, failed } = await core.search('手', { ...options, limit: 5 });
        expect(failed).toEqual([]);
        expect(products.length).toBeGreaterThan(0);
        expect(products.every(({ source }) => source === provider.id)).toBe(true);
      } else {
        const made = await find().getPromotionLink?.(
          { id: productId, url: productUrl },
          { lane: 'interactive' },
        );
        expect(made?.url).toMatch(/^https:\/\//);
      }
    },
  );

  it('lets no secret, token or signature out', async () => {
    const opened = await open(provided);
    const results = [await getOne(opened), await getOne(opened, { detail: 'full' })];
    opened.sandbox.expireTokens();
    results.push(await getOne(opened, { fresh: true }));
    for (const kind of FAULTS) {
      opened.play({ kind, id: opened.productId, times: 1 });
      results.push(await getOne(opened, { fresh: true }));
    }
    const seen = [
      ...opened.log,
      ...results.flatMap(({ error }) => [error?.message, error?.detail, error?.stack]),
      JSON.stringify(results.map((result) => formatResult(result))),
    ].join('\n');
    for (const secret of await collectSecrets(provided, opened)) expect(seen).not.toContain(secret);
  });
});

const FAULTS = [
  'garbage',
  'reset',
  'status',
  'no-data',
  'empty-data',
  'unknown-method',
  'result-broken',
  'throttled',
] as const;

/** Configured secrets, tokens on disk, and everything long and hexadecimal that was sent. */
async function collectSecrets(provided: ProviderCase, { environment, stateDir, sent }: OpenedCase) {
  const folder = join(stateDir, 'tokens');
  // Locks stand beside them.
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const stored = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const tokens = stored.flatMap((text) =>
    Object.values<unknown>(JSON.parse(text)).filter((value) => typeof value === 'string'),
  );
  const signatures = sent.flatMap(
    ({ url, body }) => `${url} ${body ?? ''}`.match(/\b[0-9a-f]{32,}\b/gi) ?? [],
  );
  const secrets = [...listSecrets(provided, environment), ...tokens, ...signatures];
  expect(secrets.length).toBeGreaterThan(1);
  return secrets;
}
