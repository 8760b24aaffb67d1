import { describe, expect, it } from 'vitest';
import { createUpstreamFinder } from '../../../src/core/lookup/upstream-finder.js';
import { acme, createConfig, createProvider, createTestUpstream, nova, zeta } from '../../helpers/acme.js';

const first = createProvider('acme-first', acme, { capabilities: ['product'] });
const second = createProvider('acme-second', acme);
const single = createProvider('zeta-api', zeta, {
  capabilities: ['product'],
  whyNot: { shop: { en: 'It lists no shops.', zh: '它不能列出店铺。' } },
});
const all = [first, second, single];

const open = (configured = all) =>
  createUpstreamFinder(
    createConfig(
      configured,
      all.filter((one) => !configured.includes(one)),
    ),
    configured.map((provider) =>
      createTestUpstream(provider, { getShopPage: async () => ({ products: [], skipped: 0 }) }),
    ),
  );

describe('the upstream finder', () => {
  const find = (...question: Parameters<ReturnType<typeof open>>) => open()(...question).provider.id;

  it('takes the first that can answer', () => {
    expect(find(acme)).toBe('acme-first');
    expect(find(acme, { capability: 'shop' })).toBe('acme-second');
    expect(find(zeta)).toBe('zeta-api');
  });

  it('takes the one that is asked for', () => {
    expect(find(acme, { source: 'acme-second' })).toBe('acme-second');
  });

  it('passes over what is not configured', () => {
    expect(open([second])(acme).provider.id).toBe('acme-second');
  });

  it('names what to set where nothing is configured', () => {
    expect(() => open([single])(acme)).toThrow(
      /Acme is not configured\. Set ACME-FIRST_KEY and ACME-FIRST_SECRET, or ACME-SECOND_KEY.*BIJIA_SANDBOX=1/,
    );
  });

  it('names the provider where another one of the marketplace is configured', () => {
    expect(() => open([first])(acme, { capability: 'shop' })).toThrow(
      /^acme-second is not configured\. Set ACME-SECOND_KEY/,
    );
    expect(() => open([first])(acme, { source: 'acme-second' })).toThrow(/Set ACME-SECOND_KEY/);
  });

  it('says how a program reaches a sandbox, where the one of the command is asked for', () => {
    const config = createConfig([], all, { BIJIA_SANDBOX: '1' });
    expect(() => createUpstreamFinder(config, [])(acme)).toThrow(
      /^Acme is not configured\. Set ACME-FIRST_KEY.* for the command only, .*"bijia sandbox"/,
    );
  });

  it('passes over one that cannot list a shop as it is configured', () => {
    const upstreams = [createTestUpstream(first), createTestUpstream(second)];
    const config = createConfig([first, second], []);
    expect(() => createUpstreamFinder(config, upstreams)(acme, { capability: 'shop' })).toThrow(
      /Listing a shop is not available for Acme/,
    );
  });

  it('says why something is not offered', () => {
    const attempt = () => open()(zeta, { capability: 'shop' });
    expect(attempt).toThrow('Listing a shop is not available for Zeta. It lists no shops.');
    expect(attempt).toThrow(
      expect.objectContaining({
        ...{ outcome: 'unsupported', code: 'not_offered' },
        facts: { what: '列出店铺', platform: zeta.names.zh, why: '它不能列出店铺。' },
      }),
    );
    expect(() => open()(acme, { source: 'acme-first', capability: 'shop' })).toThrow(/does not offer it/);
  });

  it('says which sources there are', () => {
    expect(() => open()(acme, { source: 'zeta-api' })).toThrow(
      'Acme has no provider called "zeta-api". Choose one of: acme-first, acme-second.',
    );
    expect(() => open()(nova, { source: 'any' })).toThrow(
      'Nova is not supported yet. Supported are Acme and Zeta.',
    );
  });
});
