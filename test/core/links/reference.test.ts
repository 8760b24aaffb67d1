import { describe, expect, it } from 'vitest';
import { type BijiaError, toBijiaError } from '../../../src/core/errors.js';
import {
  assertProductRef,
  getMarketplace,
  parseProductRefs,
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

describe('parseProductRefs', () => {
  const read = (text: string, options = both) =>
    parseProductRefs(text, options).map(({ platform, kind, id, idType }) =>
      [platform, kind, id, idType].filter(Boolean).join(' '),
    );

  it('reads every link of a text, whatever it points to', () => {
    expect(read('看 https://acme.example/7，https://s.acme.example/x https://nova.example/1')).toEqual([
      ...['acme product 7', 'acme short', 'nova product 1'],
    ]);
  });

  it('takes a bare id as of the platform that is named', () => {
    expect(read('7654321', { ...both, platform: 'zeta' })).toEqual(['zeta product 7654321']);
    expect(read(' １２３ ', { ...both, platform: 'acme' })).toEqual(['acme product 123']);
    expect(read('z_abc', { ...both, platform: 'zeta' })).toEqual(['zeta product z_abc sign']);
  });

  it('takes it as of the only configured marketplace, and says so', () => {
    expect(parseProductRefs('7654321', onlyZeta)).toMatchObject([
      {
        platform: 'zeta',
        id: '7654321',
        note: { en: expect.stringMatching(/Zeta id: no other marketplace/) },
      },
    ]);
  });

  it.each<[string, ReferenceOptions, string, RegExp]>([
    ['', both, 'not_recognised', /Nothing was given.*acme\.example\/12345 or .*zeta\.example/],
    ['hello', both, 'not_recognised', /No product link or id/],
    [
      '7654321',
      both,
      'platform_needed',
      /several.*acme \(https:\/\/acme\.example\/7654321\) or platform zeta/,
    ],
    ['123', both, 'platform_needed', /^123 is an id without its marketplace.*platform acme \([^)]*\)\.$/],
    ['7654321', { marketplaces, answerable: [] }, 'platform_needed', /Say which/],
    ['123', onlyZeta, 'platform_needed', /platform acme/],
    ['z_abc', both, 'platform_needed', /^z_abc is an id without.*platform zeta/],
    ['12', { ...both, platform: 'zeta' }, 'invalid_input', /no product id of Zeta.*654321\.$/],
    ['12', { ...both, platform: 'nova' }, 'invalid_input', /cannot be looked up/],
    ['12', { ...both, platform: 'ebay' }, 'invalid_input', /no platform "ebay"\. Known: acme, zeta\./],
    ['￥abCD1234￥', both, 'cannot_be_opened', /only be opened inside its app/],
  ])('refuses %j', (text, options, code, message) => {
    const error = refusal(() => parseProductRefs(text, options));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

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
    assertProductRef({ platform: marketplace.id, kind, id: null, url: '' }, marketplace, [acme, zeta]);

  it('lets products through, and short links that may turn out to be one', () => {
    expect(() => check('product')).not.toThrow();
    expect(() => check('short')).not.toThrow();
  });

  it('refuses what no provider could ever look up, and says what to do', () => {
    expect(refusal(() => check('shop'))).toMatchObject({ code: 'shop_link', outcome: 'invalid' });
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
