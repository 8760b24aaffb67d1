import { describe, expect, it } from 'vitest';
import { BijiaError, toBijiaError } from '../../../src/core/errors.js';
import { parseEntry, parseProductRefs } from '../../../src/core/links/entry.js';
import type { ReferenceOptions } from '../../../src/core/links/reference.js';
import { marketplaces as real } from '../../../src/core/providers/index.js';
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
      '看 https://www.shop.example/dp/1?u=https://acme.example/7 好',
      both,
      'not_a_marketplace',
      /^shop\.example isn't supported\. Supported: Acme, Zeta\.$/,
    ],
    ['https://acmе.example/7', both, 'not_a_marketplace', /^xn--acm-[a-z0-9]+\.example isn't/],
    ['shop.example/dp/1', both, 'not_a_marketplace', /^shop\.example isn't/],
    [`http://${'a.'.repeat(60)}evil.example/`, both, 'not_a_marketplace', /^…[a.]+evil\.example isn't/],
    [
      '7654321',
      both,
      'platform_needed',
      /several.*acme \(https:\/\/acme\.example\/7654321\) or platform zeta/,
    ],
    ['123', both, 'platform_needed', /^123 is an id without its marketplace.*platform acme \([^)]*\)\.$/],
    ['7654321', { marketplaces, answerable: [] }, 'platform_needed', /Say which/],
    ['123', onlyZeta, 'platform_needed', /platform acme/],
    [
      'z_abc',
      { marketplaces, answerable: [acme] },
      'platform_needed',
      /^z_abc is an id without.*platform zeta/,
    ],
    ['12', { ...both, platform: 'zeta' }, 'bad_product_id', /not a Zeta product id.*654321\.$/],
    [
      '12',
      { ...both, platform: 'nova' },
      'unsupported',
      /^Nova is not supported yet\. Supported are Acme and Zeta\./,
    ],
    ['12', { ...both, platform: 'ebay' }, 'no_such_platform', /no platform "ebay"\. Known: acme, zeta\./],
    ['￥abCD1234￥', both, 'cannot_be_opened', /only be opened inside its app/],
  ])('refuses %j', (text, options, code, message) => {
    const error = refusal(() => parseProductRefs(text, options));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('takes an opaque id that fits one marketplace alone', () => {
    expect(parseProductRefs('z_abc', both)).toMatchObject([
      { platform: 'zeta', id: 'z_abc', kind: 'product' },
    ]);
  });
});

const onBoth: ReferenceOptions = { marketplaces: real, answerable: real.slice(0, 2) };
const onJd: ReferenceOptions = { marketplaces: real, answerable: real.slice(0, 1) };

/** `jd 123`, `short` or an error's code, one for each reading. */
const readings = (text: string, options = onJd) =>
  parseEntry(text, options).map((one) =>
    one instanceof BijiaError ? one.code : [one.platform, one.id ?? one.kind].join(' '),
  );

const JD = 'https://item.jd.com/100012043978.html';
const PDD = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';
const TWO = ['jd 100012345678', 'jd 100012345679'];

describe('an entry', () => {
  it.each([
    [`${JD} 和 ${PDD}`, ['jd 100012043978', 'pdd 8420152864']],
    [`${JD}，${PDD}`, ['jd 100012043978', 'pdd 8420152864']],
    [`【好物】${JD} 「袜子」\n点击链接直接打开 或者复制文案打开京东`, ['jd 100012043978']],
    [`${JD}\n${JD}?utm_source=x`, ['jd 100012043978']],
    [`${JD} https://mall.jd.com/index-1000462158.html`, ['jd 100012043978']],
    ['https://mall.jd.com/index-1000462158.html', ['jd 1000462158']],
    [`${JD}, 100012345679`, ['jd 100012043978', 'jd 100012345679']],
    [`100012345679\n${JD}`, ['jd 100012345679', 'jd 100012043978']],
    [`编号 2567304\n有货\n加车链接 ${JD}`, ['jd 100012043978']],
    [`手机 13812345678，${JD}`, ['jd 100012043978']],
    [`${JD} 6901234567892`, ['jd 100012043978', 'not_an_id']],
  ])('names what its links do: %j', (text, expected) => {
    expect(readings(text)).toEqual(expected);
  });

  it.each([',', '，', '、', ' ', '\n', '\t', ';', '；', ' | ', ', ', '和', '/'])(
    'holds several ids divided by %j',
    (separator) => {
      expect(readings(`100012345678${separator}100012345679`)).toEqual(TWO);
    },
  );

  it.each([
    '商品编号：100012345678',
    '商品编号:100012345678 商品名称：手机',
    '商品ID 100012345678',
    'sku=100012345678',
    'skuId: 100012345678',
    '【商品编号】100012345678',
    'JD 100012345678',
    '京东：100012345678',
    '京东商城 100012345678',
    '1. 100012345678',
    '1、100012345678',
    '- 100012345678',
    '100012345678 iPhone 15 红色',
    '100012345678（红色）',
    '100012345678 x2',
    '100012345678  5299.00',
    '"100012345678"',
    '查一下 100012345678',
    '请帮我看看：\n100012345678',
    '１０００１２３４５６７８',
    '100012345678.0',
  ])('may be an id with its label or a note: %j', (text) => {
    expect(readings(text)).toEqual(['jd 100012345678']);
  });

  it.each([
    ['拼多多 8420152864', 'pdd 8420152864'],
    ['pinduoduo: 8420152864', 'pdd 8420152864'],
    ['goods_id=8420152864', 'pdd 8420152864'],
    ['商品编号：100012345678', 'jd 100012345678'],
    ['拼多多商品ID：8420152864', 'pdd 8420152864'],
    ['京东SKU 100012345678', 'jd 100012345678'],
    ['JD SKU: 100012345678', 'jd 100012345678'],
    ['京东商品编号：100012345678 红色', 'jd 100012345678'],
    ['8,420,152,864', 'platform_needed'],
    ['商品ID：8420152864', 'platform_needed'],
    ['8420152864', 'platform_needed'],
  ])('says its marketplace: %s', (text, expected) => {
    expect(readings(text, onBoth)).toEqual([expected]);
  });

  it.each([
    ['商品编号:100012345678,100012345679', TWO],
    ['SKU：100012345678、100012345679 各两件', TWO],
    ['京东商品编号：100012345678和100012345679', TWO],
    ['sku=100012345678&shopId=1000462158', TWO.slice(0, 1)],
    ['100012345678 vs 100012345679', TWO],
    ['100012345678+100012345679', TWO],
    ['JD:100012345678;PDD:8420152864', ['jd 100012345678', 'pdd 8420152864']],
    [
      '京东 100012345678 拼多多8420152864、8420152865',
      ['jd 100012345678', 'pdd 8420152864', 'pdd 8420152865'],
    ],
    ['淘宝 京东 100012345678', ['not_recognised']],
    ['京东 100012345678 和 拼多多 8420152864', ['jd 100012345678', 'pdd 8420152864']],
    ['京东100012345678和拼多多8420152864', ['jd 100012345678', 'pdd 8420152864']],
    ['商品ID：8420152864\n名称：奶\n平台：拼多多', ['pdd 8420152864']],
    ['商品ID：8420152864，平台：苏宁', ['unsupported']],
    ['平台：京东\n100012345678\n平台：拼多多\n8420152864', ['jd 100012345678', 'pdd 8420152864']],
    ['京东：\n100012345678\n拼多多：\n8420152864', ['jd 100012345678', 'pdd 8420152864']],
    ['100012345678-100012345690', ['not_recognised']],
    ['1.00012345678E+11', TWO.slice(0, 1)],
    ['num_iid=713417934359', ['taobao 713417934359']],
  ])('names every product with its label or marketplace, and no other: %s', (text, expected) => {
    expect(readings(text)).toEqual(expected);
  });

  it.each([
    ['8420152864 拼多多', 'pdd 8420152864'],
    ['8420152864（拼多多）', 'pdd 8420152864'],
    ['商品ID: 8420152864 (拼多多)', 'pdd 8420152864'],
    ['【拼多多】8420152864', 'pdd 8420152864'],
    ['100012345678 VIP', 'jd 100012345678'],
    ['抖音 337524163778', 'unsupported'],
    ['12345678901 抖音', 'unsupported'],
    ['1688 713417934359', 'unsupported'],
  ])('is of the marketplace that is named, whichever is configured: %s', (text, expected) => {
    expect(readings(text)).toEqual([expected]);
  });

  it.each([
    ['①', '1.'],
    ['1️⃣', '1.'],
    ['❶ ', '1.'],
    ['👉', '-'],
    ['★', '-'],
    ['- [x] ', '-'],
    ['一、', '1.'],
  ])('may be counted by %s as by %s', (bullet) => {
    expect(readings(`${bullet}100012345678`)).toEqual(['jd 100012345678']);
  });

  it.each(['100012345678²', '100012345678①'])('loses what is raised behind it: %s', (text) => {
    expect(readings(text)).toEqual(['jd 100012345678']);
  });

  it.each([
    ['goods_id=8420152864&sku_id=1407684908279', undefined, ['pdd 8420152864']],
    ['商品ID：8420152864\nSKU ID：1407684908279', 'pdd', ['pdd 8420152864']],
    ['商品ID：8420152864\nSKU ID：1407684908279', undefined, ['platform_needed']],
    ['商品ID：10024539586123\nSKU ID：100012345678', 'jd', ['jd 100012345678']],
    ['SKU ID：100012345678', undefined, ['jd 100012345678']],
  ])(
    'is not that of a variant where its product stands next to it: %j for %s',
    (text, platform, expected) => {
      expect(readings(text, { ...onBoth, ...(platform && { platform }) })).toEqual(expected);
    },
  );

  it.each([
    'https://www.goofish.com/item?id=713417934359',
    'https://shop.example/x?skuId=100012345678',
    'https://mobile.yangkeduo.com.evil.example/goods.html?goods_id=8420152864',
    'shop.example/x?goods_id=8420152864',
  ])('is none in a link of somebody else: %s', (text) => {
    expect(readings(text)).toEqual(['not_a_marketplace']);
  });

  it.each([
    ['ftp://item.jd.com/x?sku=100012345678', 'not_recognised'],
    ['店铺 ID：1000462158', 'not_recognised'],
    ['shop id: 1000462158', 'not_recognised'],
    ['order_item_id: 281234567890', 'not_recognised'],
    ['订单 编号：281234567890', 'not_recognised'],
    ['微信 id：123456789', 'not_recognised'],
    ['39.904211', 'not_recognised'],
    ['0.123456789012', 'not_recognised'],
    ['500000 人付款', 'not_recognised'],
    ['1000000 元', 'not_recognised'],
    ['100000 件', 'not_recognised'],
    ['20261130 降价清单', 'not_recognised'],
    ['100012043978_100008348542', 'not_recognised'],
    ['iPhone-17-Pro-Max-256GB-Black', 'not_recognised'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'not_recognised'],
    ['订单编号：260101-100000000000001，实付 ¥26.30', 'not_recognised'],
    ['订单号 281234567890 已发货', 'not_recognised'],
    ['快递单号 JD0123456789012 请查收', 'not_recognised'],
    ['我的手机号是13812345678，明天联系', 'not_recognised'],
    ['京东订单编号：281234567890', 'not_recognised'],
    ['1,234,567', 'not_recognised'],
    ['13812345678 张三', 'not_recognised'],
    ['茅台 飞天 500ml', 'not_recognised'],
    ['1', 'not_recognised'],
    ['12345', 'not_recognised'],
    ['6901234567892', 'not_an_id'],
    ['1.00012E+11', 'rounded_id'],
    ['1234567890123456.0', 'rounded_id'],
  ])('is not made of other numbers: %s', (text, code) => {
    expect(readings(text)).toEqual([code]);
  });

  it.each([
    ['12345', 'jd', 'too short for a JD product ID'],
    ['123456789012345', 'jd', 'too long for a JD product ID'],
    ['1', 'jd', 'too short'],
  ])('refuses %s for %s in words', (text, platform, message) => {
    expect(refusal(() => parseProductRefs(text, { ...onJd, platform })).message).toContain(message);
  });

  it('keeps the good ids next to one that is not an id', () => {
    expect(readings('100012345678、1.00012E+11')).toEqual(['jd 100012345678', 'rounded_id']);
  });
});
