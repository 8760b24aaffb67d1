import { afterEach, describe, expect, it } from 'vitest';
import { examineUpstream } from '../../../src/core/doctor/examine-upstream.js';
import { type RecordedAnswer, toRecordedAnswer, toRecordName } from '../../../src/core/doctor/record.js';
import { formatResult } from '../../../src/core/index.js';
import type { Result } from '../../../src/core/product/result.js';
import {
  listSecrets,
  type OpenedCase,
  openProviderCase,
  providerCases,
} from '../../helpers/provider-cases.js';

let opened: OpenedCase | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

describe.each(providerCases)('what doctor keeps of $title', (provided) => {
  it('holds no secret, and answers again as the upstream did', async () => {
    const one = await openProviderCase(provided);
    opened = one;
    const { core, options, environment } = one;
    const recorded: RecordedAnswer[] = [];
    const upstream = core.getUpstream(options.platform, { source: options.source });
    const doctor = {
      stateDir: one.stateDir,
      mayPay: async () => true,
      onRecord: (kept: RecordedAnswer) => recorded.push(kept),
    };
    // What comes behind the clock looks at files that the permits of this test do not have.
    for await (const { name } of examineUpstream(upstream, doctor)) if (name.en === 'clock') break;
    const own = recorded.filter(({ provider }) => provider === provided.provider.id);
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ sandbox }) => sandbox)).toBe(true);
    for (const secret of listSecrets(provided, environment))
      expect(JSON.stringify(own)).not.toContain(secret);

    const example = provided.provider.marketplace.ids[0]?.example ?? '';
    const asked = { ...options, detail: 'summary', fresh: true } as const;
    const [known] = await core.get(example, asked);
    // Searches and lists too, which name the product among others and answer no question about it.
    const kept = own.filter(({ answer }) => JSON.stringify(answer).includes(example));
    if (kept.length === 0 || !known?.product) return;
    const again: Result[] = [];
    for (const { answer } of kept) {
      one.rewrite(() => JSON.stringify(answer));
      again.push(...(await core.get(example, asked)));
    }
    const { title, prices, skus } = known.product;
    const found = again.find((result) => formatResult(result).outcome === 'ok');
    expect(found?.product).toMatchObject({ title, prices, skus });
  });
});

describe('toRecordedAnswer', () => {
  const keep = (raw: unknown) => toRecordedAnswer('acme', { call: 'goods.get', raw })?.answer;

  it('keeps the shape, and takes people and contacts out of fields and texts', () => {
    expect(
      keep({
        goods_name: '茅台 53度',
        nickName: '张三',
        mobile: 13_800_138_000,
        shop: {
          mall_name: '旗舰店',
          contactPhone: '010-1234',
          services: ['call 13800138000', 'a@b.example'],
        },
        result: '{"userName":"李四","price":"1.00"}',
        empty: { email: '' },
      }),
    ).toEqual({
      goods_name: '茅台 53度',
      nickName: '[removed]',
      mobile: 0,
      shop: { mall_name: '旗舰店', contactPhone: '[removed]', services: ['call [removed]', '[removed]'] },
      result: '{"userName":"[removed]","price":"1.00"}',
      empty: { email: '' },
    });
  });

  it.each([
    ['+8613800138000', '[removed]'],
    ['联系 86-138-0013-8000。', '联系 [removed]。'],
    ['打 138 0013 8000', '打 [removed]'],
    ['电话010-62345678转2', '电话[removed]转2'],
    ['(0571)88888888', '[removed]'],
    ['热线 400-820-8820', '热线 [removed]'],
    ['加微信：zhang_san88 领券', '加微信：[removed] 领券'],
    ['vx: abc12345', 'vx: [removed]'],
    ['客服QQ 123456789', '客服QQ [removed]'],
    ['https://a.example/x?sku=1&pid=10001_20002&b=2', 'https://a.example/x?sku=1&pid=[removed]&b=2'],
    ['https://a.example/?u=%3Funion_id%3D1234%26x', 'https://a.example/?u=%3Funion_id%3D[removed]%26x'],
  ])('takes people, contacts and the account out of %s', (text, kept) => {
    expect(keep({ note: text })).toEqual({ note: kept });
  });

  it.each([
    ['linkman', '张三'],
    ['legalPerson', '张三'],
    ['shop_tel', '010-1'],
    ['serviceTel', '400'],
    ['fax', '1'],
    ['id_card', '110101199001011234'],
    ['shopAddr', '中关村'],
    ['kefu_account', 'a'],
    ['vx', 'a'],
  ])('takes out what stands under %s', (name, value) => {
    expect(keep({ [name]: value })).toEqual({ [name]: '[removed]' });
  });

  it('takes them out of the names of fields', () => {
    expect(keep({ '打 13800138000': 1 })).toEqual({ '打 [removed]': 1 });
  });

  it('leaves what only resembles a contact', () => {
    const goods = {
      price: '1380.00-1380.99',
      time: '2026-11-30 13:20:13 8001 3800',
      title: 'QQ星牛奶 125ml*20 微信支付立减',
      hotel: 'Hilton',
      url: 'https://a.example/100012345678.html?spid=7',
      specs: '400-600 ml',
    };
    expect(keep(goods)).toEqual(goods);
  });

  it('leaves ids and numbers that only look like a telephone', () => {
    const goods = { goods_id: 613_800_138_000, sku: '100138001380001', note: '', price: null };
    expect(keep(goods)).toEqual(goods);
  });

  it('keeps nothing of what is not JSON, and names its files after provider and call', () => {
    expect(toRecordedAnswer('acme', { call: 'x' })).toBeUndefined();
    expect(toRecordName({ provider: 'acme', call: 'pinduoduo/goods', answer: {} }, 2)).toBe(
      'acme-pinduoduo_goods-2.json',
    );
  });
});
