import { describe, expect, it } from 'vitest';
import { type BijiaError, toBijiaError } from '../../../src/core/errors.js';
import {
  assertProductRef,
  getMarketplace,
  parseShopRef,
  type ReferenceOptions,
} from '../../../src/core/links/reference.js';
import { acme, nova, zeta } from '../../helpers/acme.js';

const marketplaces = [acme, zeta, nova];
const both: ReferenceOptions = { marketplaces, answerable: [acme, zeta] };
const onlyZeta: ReferenceOptions = { marketplaces, answerable: [zeta] };

function refusal(attempt: () => unknown): BijiaError {
  try {
    attempt();
  } catch (thrown) {
    return toBijiaError(thrown);
  }
  throw new Error('it was accepted');
}

describe('parseShopRef', () => {
  it("reads a shop's link, else a short link, wherever it stands", () => {
    expect(parseShopRef('https://acme.example/7 https://acme.example/shop/8', both)).toMatchObject({
      ...{ kind: 'shop', id: '8' },
    });
    expect(parseShopRef('https://s.acme.example/x', both)).toMatchObject({ kind: 'short', id: null });
  });

  it('reads a bare shop id', () => {
    expect(parseShopRef('8', { ...both, platform: 'acme' })).toMatchObject({ kind: 'shop', id: '8' });
    expect(parseShopRef('8', onlyZeta)).toMatchObject({ platform: 'zeta', kind: 'shop' });
  });

  it.each<[string, RegExp]>([
    ['https://acme.example/7', /not a shop's link.*acme\.example\/shop\/<id>/],
    ['hello', /No shop link or id/],
    [
      '8',
      /platform acme \(https:\/\/acme\.example\/shop\/8\) or platform zeta \(https:\/\/zeta\.example\/mall/,
    ],
  ])('refuses %j', (text, message) => {
    expect(refusal(() => parseShopRef(text, both)).message).toMatch(message);
  });
});

describe('assertProductRef', () => {
  const check = (kind: 'product' | 'shop' | 'short' | 'none', marketplace = acme) =>
    assertProductRef({ platform: marketplace.id, kind, id: null, url: '' }, marketplace, {
      supported: [acme, zeta],
      withShops: [acme],
    });

  it('lets products through, and short links that may turn out to be one', () => {
    expect(() => check('product')).not.toThrow();
    expect(() => check('short')).not.toThrow();
  });

  it('refuses what no provider could ever look up, and says what to do', () => {
    expect(refusal(() => check('shop'))).toMatchObject({ code: 'shop_link', outcome: 'invalid' });
    expect(refusal(() => check('shop', zeta))).toMatchObject({
      code: 'shop_not_listed',
      message: expect.not.stringContaining('bijia shop'),
    });
    expect(refusal(() => check('none')).message).toMatch(/such as https:\/\/acme\.example\/12345\.$/);
    expect(refusal(() => check('product', nova))).toMatchObject({
      outcome: 'unsupported',
      message: 'Nova is not supported yet. Supported are Acme and Zeta.',
    });
  });
});

it('finds a marketplace by its id', () => {
  expect(getMarketplace('nova', marketplaces)).toBe(nova);
});
