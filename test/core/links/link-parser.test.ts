import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findForeignHost,
  findRef,
  parseBareProductId,
  parseId,
  parsePlacedRefs,
  parseRefs,
  parseShopId,
} from '../../../src/core/links/link-parser.js';
import { isHostOf, type Marketplace } from '../../../src/core/marketplace.js';
import type { Ref } from '../../../src/core/product/product.js';
import { jd } from '../../../src/core/providers/jd/links.js';
import { otherMarketplaces } from '../../../src/core/providers/others/links.js';
import { pdd } from '../../../src/core/providers/pdd/links.js';
import { taobao } from '../../../src/core/providers/taobao/links.js';
import { anyCharacter } from '../../helpers/any-character.js';

const marketplaces: readonly Marketplace[] = [jd, pdd, taobao, ...otherMarketplaces];
const ITEM_ID = 'MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH';
const GOODS_SIGN = 'E9b2xO1zPBNLXBNhwfDchu9rOlfmjN_89g_J7rMXyru4';

interface Row {
  readonly text: string;
  readonly platform: string | null;
  readonly kind: Ref['kind'];
  readonly id: string | null;
}

const readRows = (name: string): Row[] =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const rows = readRows('links.jsonl');
/** From bug reports, exports and posts: forms that people paste, and pages that name no product. */
const fieldRows = readRows('field-links.jsonl');

const parse = (text: string) => parseRefs(text, marketplaces);

/** `jd product 123`, one for each reference. */
const read = (text: string) =>
  parse(text).map(({ platform, kind, id }) => [platform, kind, id].filter((part) => part !== null).join(' '));

describe('real pasted texts', () => {
  it.each(rows.map((row) => [row.text, row] as const))('%s', (text, { platform, kind, id }) => {
    expect(parse(text)).toMatchObject(platform === null ? [] : [{ platform, kind, id }]);
    expect(parse(text)).toHaveLength(platform === null ? 0 : 1);
  });
});

describe('links from the field', () => {
  it.each(fieldRows.map((row) => [row.text, row] as const))('%s', (text, { platform, kind, id }) => {
    // A post may hold several links; the row is about the first.
    expect(parse(text)[0] ?? null).toEqual(
      platform === null ? null : expect.objectContaining({ platform, kind, id }),
    );
  });

  it.each([
    ['https://club.jd.com/review/100012043978-1-1.html', 'jd product 100012043978'],
    ['https://item.jd.com/bigimage.aspx?id=100012043978', 'jd product 100012043978'],
    ['https://item.m.jd.com/comments/100012043978.html', 'jd product 100012043978'],
    ['https://ic-item.jd.com/100012043978.html', 'jd product 100012043978'],
    ['https://e.m.jd.com/ebook/30513215.html', 'jd product 30513215'],
    ['https://cart.jd.com/addToCart.html?rcd=1&pid=100012043978&pc=1', 'jd product 100012043978'],
    ['https://cart.jd.com/gate.action?pid=1,2&pcount=1', 'jd none'],
    ['https://wqsitem.jd.com/detail/0_d100012043978_normal.html', 'jd product 100012043978'],
    ['https://wq.jd.com/pingou_api/GetAutoTuan?sku_id=35097232463', 'jd product 35097232463'],
    ['https://item.m.jd.com/product/100012043978?a=1', 'jd product 100012043978'],
    [
      'https://linkst.m.jd.com/ul/ul.action?openApp.jdMobile://virtual?params={"des":"jshopMain","shopId":"1000004123"}',
      'jd shop 1000004123',
    ],
    [
      'https://mobile.yangkeduo.com/order_checkout.html?sku_id=1&goods_id=8420152864',
      'pdd product 8420152864',
    ],
    [
      'https://mobile.yangkeduo.com/group7.html?goodsId=8420152864&group_order_id=9',
      'pdd product 8420152864',
    ],
    ['https://mms.pinduoduo.com/goods/goods_edit?goods_id=8420152864', 'pdd product 8420152864'],
    ['https://mobile.yangkeduo.com/goods.html?goodsId=8420152864&goods_id=649553632705', 'pdd none'],
    ['https://mobile.yangkeduo.com/search_result.html?goods_id=8420152864', 'pdd none'],
    ['https://mms.pinduoduo.com/goods/goods_list?goods_id=8420152864', 'pdd none'],
    ['https://club.jd.com/', 'jd none'],
    ['https://search.jd.com/Search?keyword=100012043978', 'jd none'],
  ])('reads %s as one of the same kind', (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });
});

describe('the examples of every rule', () => {
  const examples = marketplaces.flatMap((marketplace) =>
    marketplace.links.flatMap((rule) =>
      rule.examples.map(({ text, id }) => ({ text, id, rule, marketplace })),
    ),
  );
  it.each(examples.map((example) => [example.text, example] as const))(
    '%s belongs to one marketplace',
    (text, { id, rule, marketplace }) => {
      expect(parse(text)).toHaveLength(1);
      const expected = { platform: marketplace.id, kind: rule.kind, id };
      expect(parse(text)[0]).toMatchObject(rule.idType ? { ...expected, idType: rule.idType } : expected);
      for (const other of marketplaces.filter((one) => one !== marketplace)) {
        expect(parseRefs(text, [other])).toEqual([]);
      }
    },
  );

  it('stand next to every rule', () => {
    for (const { links } of marketplaces) for (const rule of links) expect(rule.examples).not.toEqual([]);
  });
});

const wrap = (page: string, name: string, link: string) => `${page}?a=1&${name}=${link}`;
const encode = encodeURIComponent;
const ITEM = 'https://item.m.jd.com/product/100012043978.html?utm_source=iosapp&gx=1';
const encodeTimes = (times: number): string => (times === 0 ? ITEM : encode(encodeTimes(times - 1)));

describe('link forms', () => {
  it.each([
    // Hosts and paths
    ['https://npcitem.jd.hk/100142642296.html#comment', 'jd product 100142642296'],
    ['https://item.yiyaojd.com/2943430.html', 'jd product 2943430'],
    ['https://mitem.yiyaojd.com/product/2943430.html', 'jd product 2943430'],
    ['https://item.jkcsjd.com/3810395.html', 'jd product 3810395'],
    ['https://item.m.jd.com/ware/view.action?wareId=123&from=login', 'jd product 123'],
    ['https://wqmitem.jd.com/mitem/view?ptag=1&sku=123456', 'jd product 123456'],
    ['https://wqs.jd.com/pingou/item.shtml?sku=59319389027&pps=1', 'jd product 59319389027'],
    ['https://wqmitem.jd.hk/item/view?SKU=123456', 'jd product 123456'],
    ['https://kpl.m.jd.com/product?wareId=43133951261&utm_source=x', 'jd product 43133951261'],
    ['http://item.jd.com./100008348542.html', 'jd product 100008348542'],
    ['https://item.jd.com:443/100008348542.html', 'jd product 100008348542'],
    ['https://item.jd.com/100008348542.html&utm_source=x', 'jd product 100008348542'],
    ['https://shop.m.jd.com?SHOPID=1000079405&venderId=5', 'jd shop 1000079405'],
    ['https://shop.m.jd.com/shop/home?shopId=17529', 'jd shop 17529'],
    ['https://shop.m.jd.com/?venderId=123', 'jd none'],
    ['https://item.jd.com/0123.html', 'jd none'],
    ['https://item.jd.com/123456789012345678901.html', 'jd none'],
    ['https://wq.jd.com/item/view?sku=1&sku=2', 'jd none'],
    ['https://p.3.cn/prices/mgets?skuIds=J_100', 'jd none'],
    ['https://3.cn/', 'jd none'],
    ['https://union-click.jd.com/jdc?e=&p=JF8BAM4JK1olXDYC&t=W1dC', 'jd short'],
    ['https://jingfen.jd.com/detail/abc.html', 'jd none'],
    ['https://union-click.jd.com/', 'jd none'],
    ['_https://item.jd.com/1.html_', 'jd product 1'],
    ['1.https://item.jd.com/8.html2.', 'jd product 8'],
    // JD's own pages around a link
    [wrap('https://plogin.m.jd.com/login/login', 'returnurl', encode(ITEM)), 'jd product 100012043978'],
    [wrap('https://plogin.m.jd.com/login/login', 'returnurl', ITEM), 'jd product 100012043978'],
    [wrap('https://passport.jd.com/new/login.aspx', 'ReturnUrl', encode(ITEM)), 'jd product 100012043978'],
    [
      wrap('https://passport.jd.com/new/login.aspx', 'RETURNURL', encode(encode(ITEM))),
      'jd product 100012043978',
    ],
    [wrap('https://passport.jd.com/new/login.aspx', 'ReturnUrl', '//item.jd.com/8.html'), 'jd product 8'],
    [wrap('https://passport.jd.com/new/login.aspx', 'ReturnUrl', 'item.jd.com%2F8.html'), 'jd product 8'],
    [wrap('https://trade.m.jd.com/common/limit.html', 'referer', encode(ITEM)), 'jd product 100012043978'],
    [wrap('https://ccc-x.jd.com/dsp/cl', 'to', ITEM), 'jd product 100012043978'],
    [wrap('https://cc.jd.com/x', 'url', encode(ITEM)), 'jd product 100012043978'],
    [wrap('https://wq.jd.com/x', 'spreadUrl', encode('https://u.jd.com/7OI4Gzu')), 'jd short'],
    [wrap('https://wq.jd.com/x', 'spreadUrl', encode('https://mall.jd.com/index-88.html')), 'jd shop 88'],
    [
      wrap(
        'https://plogin.m.jd.com/login/login',
        'returnurl',
        'https://wqitem.jd.com/item/view?ptag=1&sku=12',
      ),
      'jd product 12',
    ],
    [
      wrap(
        'https://plogin.m.jd.com/login/login',
        'returnurl',
        encode(wrap('https://cfe.m.jd.com/risk_handler/03101900/', 'returnurl', encode(ITEM))),
      ),
      'jd product 100012043978',
    ],
    ['https://cfe.m.jd.com/privatedomain/risk_handler/03101900/', 'jd none'],
    [
      wrap('https://passport.jd.com/a', 'ReturnUrl', 'https%3A%2F%2Fitem.jd.com.evil.example%2F8.html'),
      'jd none',
    ],
    [wrap('https://passport.jd.com/a', 'ReturnUrl', encode('https://user@item.jd.com/8.html')), 'jd none'],
    [
      wrap(
        'https://passport.jd.com/a',
        'ReturnUrl',
        encode('https://item.taobao.com/item.htm?id=713417934359'),
      ),
      'jd none',
    ],
    [wrap('https://item.jd.com/1.html', 'url', encode(ITEM)), 'jd product 1'],
    ['/pages/union/proxy/proxy?spreadUrl=https%3A%2F%2Fu.jd.com%2F7OI4Gzu', 'jd short'],
    ['/pages/union/proxy/proxy?spreadUrl=https://u.jd.com/t7cKIqQ&EA_PTAG=17078.26.6', 'jd short'],
    [wrap('https://passport.jd.com/a', 'ReturnUrl', encode(encode(encode(ITEM)))), 'jd product 100012043978'],
    [wrap('https://passport.jd.com/a', 'ReturnUrl', encodeTimes(4)), 'jd product 100012043978'],
    [wrap('https://passport.jd.com/a', 'ReturnUrl', encodeTimes(5)), 'jd none'],
    [wrap('https://passport.jd.com/a', 'ReturnUrl', '%20item.jd.com%2F8.html'), 'jd product 8'],
    [wrap('https://passport.jd.com/a', 'other', encode(ITEM)), 'jd none'],
    [wrap('https://passport.jd.com/a', 'ReturnUrl', encode('https://item.jd.com./8.html')), 'jd product 8'],
    [wrap('https://passport.jd.com/a', 'ReturnUrl', encode('https://:p@item.jd.com/8.html')), 'jd none'],
    [
      wrap(
        'https://plogin.m.jd.com/a',
        'returnurl',
        encode('openjd://virtual?params={"des":"productDetail","skuId":"9"}'),
      ),
      'jd product 9',
    ],
    ['https://wq.jd.com/item/view?sku=1&ext={"sku":"2"}', 'jd product 1'],
    // Into the app
    [
      'openApp.jdMobile://virtual?params={"category":"jump","des":"productDetail","skuId":"4099139"}打开',
      'jd product 4099139',
    ],
    [
      'openapp.jdmobile://virtual?params={"des":"productDetail","skuId":10000917742412345678}',
      'jd product 10000917742412345678',
    ],
    [
      'openapp.jdmobile://virtual?params={"keyword":"手机 {好}","des":"productDetail","skuId":"12"}，好',
      'jd product 12',
    ],
    [
      'openapp.jdmobile://virtual?params={%22des%22:%22productDetail%22,%22skuId%22:%2212%22}',
      'jd product 12',
    ],
    [`OPENAPP.JDMOBILE://VIRTUAL?params=${encode('{"des":"productDetail","skuId":"12"}')}`, 'jd product 12'],
    [
      `openapp.jdmobile://virtual?params=${encode(encode('{"des":"productDetail","skuId":"12"}'))}`,
      'jd product 12',
    ],
    [
      'openapp.jdmobile://virtual?params={"des":"m","url":"https://item.m.jd.com/product/12.html?a=1&b=2#c"}',
      'jd product 12',
    ],
    [
      'openjd://virtual?params=%7B%20%22des%22:%20%22m%22,%20%22url%22:%20%22https://item.jd.com/12.html%22%20%7D',
      'jd product 12',
    ],
    [
      'openapp.jdmobile://virtual?params={"des":"jshopMain","shopId":"192933","sourceType":"x"}',
      'jd shop 192933',
    ],
    [
      'openapp.jdmobile://virtual?params={"m":{"a":"bc","d":[1]},"des":"productDetail","skuId":"12"}',
      'jd product 12',
    ],
    ['openapp.jdmobile://virtual?params={"des":"HomePage"}', 'jd none'],
    ['openapp.jdmobile://virtual?params={"des":"productDetail","skuId"', 'jd none'],
    ['openApp.jdMobile://item.jd.com/1515101139.html', 'jd product 1515101139'],
    // Pinduoduo
    ['https://app.yangkeduo.com/goods2.html?goods_id=8420152864', 'pdd product 8420152864'],
    ['https://mobile.pinduoduo.com/goods_comments.html?goods_id=976241093684', 'pdd product 976241093684'],
    [
      'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864&goods_id=8420152864',
      'pdd product 8420152864',
    ],
    ['https://mobile.yangkeduo.com/goods.html?goods_id=8420152864&ps=CQGwm6NMIa', 'pdd product 8420152864'],
    ['https://mobile.yangkeduo.com/goods.html?title=手机&goods_id=8420152864', 'pdd product 8420152864'],
    ['https://mobile.yangkeduo.com/goods.html?goods_id=12345', 'pdd none'],
    ['https://mobile.yangkeduo.com/goods.html?goods_id=1234567890123456', 'pdd none'],
    [
      'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864&goods_id=649553632705&ps=CQGwm6NMIa',
      'pdd none',
    ],
    [
      `https://mobile.yangkeduo.com/duo_coupon_landing.html?goods_sign=${GOODS_SIGN}`,
      `pdd product ${GOODS_SIGN}`,
    ],
    [
      `https://mobile.yangkeduo.com/duo_coupon_landing.html?goods_id=abc&goods_sign=${GOODS_SIGN}`,
      'pdd none',
    ],
    [
      'https://mobile.yangkeduo.com/mall_page.html?mall_id=516573367&goods_id=6752326139',
      'pdd shop 516573367',
    ],
    ['https://mobile.yangkeduo.com/mall_page.html?goods_id=6752326139', 'pdd none'],
    ['https://mobile.yangkeduo.com/mall_page.html?ps=WaQeS00tDn', 'pdd short'],
    ['https://mobile.yangkeduo.com/goods.html?goods_id=&ps=CQGwm6NMIa', 'pdd short'],
    ['https://mobile.yangkeduo.com/goods.html?goods_id=1&ps=CQGwm6NMIa', 'pdd none'],
    ['pinduoduo://com.xunmeng.pinduoduo/mall_page.html?mall_id=516573367', 'pdd shop 516573367'],
    [
      'https://mobile.yangkeduo.com/app.html?launch_url=goods.html?pid=1&goods_id=8420152864',
      'pdd product 8420152864',
    ],
    [
      'https://mobile.yangkeduo.com/app.html?launch_url=goods.html%253Fgoods_id%253D8420152864',
      'pdd product 8420152864',
    ],
    [
      'pinduoduo://com.xunmeng.pinduoduo/app.html?launch_url=goods.html%3Fgoods_id%3D8420152864',
      'pdd product 8420152864',
    ],
    // Only recognised
    [
      'https://h5.m.taobao.com/awp/core/detail.htm?id=1234567890123456789&x=1',
      'taobao product 1234567890123456789',
    ],
    ['3👈微WsWEXoYLDiZ哈 https://m.tb.cn/h.fcPT0o5?sm=b18b7f  Versace/范思哲', 'taobao short'],
    ['https://www.taobao.com/', 'taobao none'],
    [
      'https://haohuo.jinritemai.com/ecommerce/trade/detail/index.html?id=3000000000000000001',
      'douyin product 3000000000000000001',
    ],
    ['【商品】复制￥xxx￥查看：https://qr.1688.com/s/7OnLCakq', '1688 short'],
    ['http://m.vip.com/product-136126-17935477.html', 'vipshop product 17935477'],
    ['https://t.vip.com/FSer4wjobA9', 'vipshop short'],
    ['https://t.vip.com/FSer4wjobA9?desturl=https%3A%2F%2Fm.vip.com%2F', 'vipshop short'],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });
});

describe('text around links', () => {
  it.each([
    [
      'several links in order',
      'a https://3.cn/a-b\r\nhttps://item.jd.com/2.html，item.jd.com/1.html',
      ['jd short', 'jd product 2', 'jd product 1'],
    ],
    [
      'one thing once',
      'https://item.jd.com/1.html https://item.m.jd.com/product/1.html?x=1 http://item.jd.com/1.html',
      ['jd product 1'],
    ],
    ['one short link once', 'https://3.cn/35RO-7uG 或 http://3.cn/35RO-7uG?jkl=@W0a0c28PhTuD@', ['jd short']],
    [
      'two links to nothing in particular',
      'https://www.jd.com/a https://www.jd.com/b',
      ['jd none', 'jd none'],
    ],
    ['two short links', 'https://3.cn/35RO-7uG https://3.cn/2porp-78', ['jd short', 'jd short']],
    [
      'one page that forwards to two places',
      'https://u.jd.com/jda?e=1&d=A https://u.jd.com/jda?e=1&d=B https://u.jd.com/jda?e=1&d=A',
      ['jd short', 'jd short'],
    ],
    [
      'the same id in two marketplaces',
      'https://item.jd.com/8420152864.html https://yangkeduo.com/goods.html?goods_id=8420152864',
      ['jd product 8420152864', 'pdd product 8420152864'],
    ],
    ['glued links', 'https://item.jd.com/1.htmlhttps://item.jd.com/2.html', ['jd product 1', 'jd product 2']],
    [
      'ASCII separators',
      'https://item.jd.com/1.html,https://3.cn/x?a=1;https://item.jd.com/3.html|item.jd.com/4.html',
      ['jd product 1', 'jd short', 'jd product 3', 'jd product 4'],
    ],
    ['Markdown', '[a](https://item.jd.com/1.html)[b](https://3.cn/a)', ['jd product 1', 'jd short']],
    [
      'HTML',
      '<a href="https://item.jd.com/1.html?a=1&amp;b=&quot;">x</a><b>https://item.jd.com/2.html</b>',
      ['jd product 1', 'jd product 2'],
    ],
    ['JSON', String.raw`{"url":"https:\/\/item.jd.com\/1.html"}`, ['jd product 1']],
    ['JSON in JSON', String.raw`{"a":"{\"url\":\"https:\\/\\/item.jd.com\\/1.html\"}"}`, ['jd product 1']],
    [
      'JSON with escaped ampersands',
      String.raw`"https://yangkeduo.com/goods.html?a=1\u0026goods_id=123456\u0026b=2"`,
      ['pdd product 123456'],
    ],
    [
      'JSON with escaped equals signs',
      String.raw`"https:\/\/wq.jd.com/item/view?a\u003D1\\u0026sku\\u003d5"`,
      ['jd product 5'],
    ],
    [
      'a link into the app that is quoted in a script',
      String.raw`"openApp.jdMobile://virtual?params={\"des\":\"m\",\"url\":\"https://item.m.jd.com/product/3.html\"}"`,
      ['jd product 3'],
    ],
    [
      'quotes in the JSON of a link into the app',
      String.raw`openjd://virtual?params={"t":"a={\"b\"}","des":"productDetail","skuId":"4"}`,
      ['jd product 4'],
    ],
    [
      'Markdown around parameters',
      '[https://wq.jd.com/item/view?sku=1](https://wq.jd.com/item/view?sku=1)[b](https://wq.jd.com/item/view?sku=2)x',
      ['jd product 1', 'jd product 2'],
    ],
    [
      'links with parameters in brackets, with a comma between',
      '(https://wq.jd.com/item/view?sku=1),[https://wq.jd.com/item/view?sku=2],(https://wq.jd.com/item/view?sku=3)',
      ['jd product 1', 'jd product 2', 'jd product 3'],
    ],
    ['a remark in brackets', 'https://wq.jd.com/item/view?sku=1(黑色)', ['jd product 1']],
    [
      'a remark in square brackets',
      'https://yangkeduo.com/goods.html?goods_id=123456[限时]',
      ['pdd product 123456'],
    ],
    [
      'BBCode',
      '[url=https://wq.jd.com/item/view?sku=1]x[/url][img]https://u.jd.com/a?b=1[/img]',
      ['jd product 1', 'jd short'],
    ],
    ['a quoted link in a script', "var a='https://wq.jd.com/item/view?sku=1',b='';", ['jd product 1']],
    [
      'brackets that belong to parameters',
      "https://wq.jd.com/item/view?a[]=1&b=(2)&c=d's&e=[3,4]&sku=5",
      ['jd product 5'],
    ],
    ['a full-width colon', 'https：//item.jd.com/1.html', ['jd product 1']],
    [
      'full-width slashes',
      'http:／／item.jd.com/1.html，http：／／item.jd.com/2.html',
      ['jd product 1', 'jd product 2'],
    ],
    ['a letter glued to the front', 'xhttp://item.jd.com/1.html', ['jd product 1']],
    [
      'capitals glued to the end',
      'https://item.jd.com/1.htmlHTTPS://3.cn/a?b=1HTTP://item.jd.com/2.html',
      ['jd product 1', 'jd short', 'jd product 2'],
    ],
    ['an encoded link without s', 'http%3A%2F%2Fitem.jd.com%2F1.html', ['jd product 1']],
    [
      'an encoded link whose slashes are spared',
      'https%3A//wq.jd.com/item/view%3Fa%3D1%26sku%3D2 好',
      ['jd product 2'],
    ],
    ['a link encoded twice', 'https%253A%252F%252Fwq.jd.com%252Fview%253Fsku%253D3', ['jd product 3']],
    [
      'encoded links into the apps',
      `pinduoduo%3A%2F%2Fcom.xunmeng.pinduoduo%2Fgoods.html%3Fgoods_id%3D123456 ${encode('openjd://item.jd.com/1.html')}`,
      ['pdd product 123456', 'jd product 1'],
    ],
    ['zero-width characters', 'https://item\u200b.jd.com/1\ufeff.html', ['jd product 1']],
    ['an encoded link', 'https%3A%2F%2Fitem.jd.com%2F100018768506.html，好', ['jd product 100018768506']],
    ['an encoded link that was cut off', 'https%3A%2F%2Fitem.jd.com%2F1.html%3Fa%3D%E4%B8', ['jd product 1']],
    ['a link without scheme after a colon', '链接:item.jd.com/1.html', ['jd product 1']],
    ['a short link without scheme', '看3.cn/-ab1复制', ['jd short']],
    ['ids, prices and titles', '「iPhone 17 100012043978」￥5999 13812345678 JD.COM', []],
  ])('reads %s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('keeps a short link as it was pasted, without what was glued to it', () => {
    const text =
      '【京东】https://union-click.jd.com/jdc?d=7Zvxc4&amp;come=appmessage」，点击http://3.cn/35RO-7uG?jkl=@W0a0c28PhTuD@。[https://p.pinduoduo.com/r5NkvCYJ?sc=EFAC](https://p.pinduoduo.com/r5NkvCYJ?sc=EFAC).';
    expect(parse(text).map(({ url }) => url)).toEqual([
      'https://union-click.jd.com/jdc?d=7Zvxc4&come=appmessage',
      'http://3.cn/35RO-7uG?jkl=@W0a0c28PhTuD@',
      'https://p.pinduoduo.com/r5NkvCYJ?sc=EFAC',
    ]);
  });

  it.each(['%20', '%0A', '%0d.', '%20。'])('cuts %s off a short link', (end) => {
    expect(parse(`https://3.cn/abc${end}`)[0]?.url).toBe('https://3.cn/abc');
  });

  it('makes a web link of a short link into the app, and reads no more than a link can hold', () => {
    expect(parse('openApp.jdMobile://U.JD.com./abc')[0]?.url).toBe('https://u.jd.com/abc');
    expect(parse('openApp.jdMobile://u.jd.com/abc')[0]?.url).toBe('https://u.jd.com/abc');
    expect(parse(`https://3.cn/abc?x=${'a'.repeat(1e5)}`)[0]?.url.length).toBeLessThan(2e4);
  });

  it('shows products and shops by a clean link', () => {
    const text = `${ITEM} https://shop.m.jd.com/?shopId=195980&gx=1 jingfen.jd.com/detail/${ITEM_ID}.html https://t.vip.com/a?desturl=https%3A%2F%2Fm.vip.com%2Fproduct-1-23.html`;
    expect(parse(text).map(({ url }) => url)).toEqual([
      'https://item.jd.com/100012043978.html',
      'https://mall.jd.com/index-195980.html',
      `https://jingfen.jd.com/detail/${ITEM_ID}.html`,
      'https://m.vip.com/product-1-23.html',
    ]);
  });
});

describe('look-alikes', () => {
  it.each([
    'https://item.jd.com@evil.test/100012345678.html',
    'https://user:pass@item.jd.com/1.html',
    'https://@item.jd.com/1.html',
    'https://:pass@item.jd.com/1.html',
    'user@u.jd.com/a',
    'first.last@u.jd.com/a',
    'https://item.jd.com:8080/1.html',
    'https://item.jd.com:80/1.html',
    'item.jd.com.evil.example/1.html',
    'https://item.jd.com%2eevil.example/1.html',
    'https://item.jd.com。evil.example/1.html',
    'https://item.jd.com．evil.example/1.html',
    'http://13.cn/abc',
    '13.cn/abc',
    'https://3.cn.evil.example/abc',
    'https://xn--item-8cd.jd.com/1.html',
    'https://item.xn--8cd.jd.com/1.html',
    'https://%7Bitem.jd.com/1.html',
    'https://іtem.jd.com/1.html',
    'https://item.jԁ.com/1.html',
    'https://item.јd.com/1.html',
    'https://item.jd.comх/1.html',
    'https://item.jd.comａ/1.html',
    'evil.example/?u=https://item.jd.com/1.html',
    'evil.example:8080/?u=https://item.jd.com/1.html',
    'https://evil.example/?t=你好&u=https://item.jd.com/1.html',
    'https://例子.com/?u=https://item.jd.com/1.html',
    'https://evil.example/?u=https%3A%2F%2Fitem.jd.com%2F1.html',
    'https://evil.example/?u=https%3A//item.jd.com/1.html',
    'https%3A//evil.example/%3Fu%3Dhttps%3A//item.jd.com/1.html',
    'https%253A%252F%252Fevil.example%252F%253Fu%253Dhttps%253A%252F%252Fitem.jd.com%252F1.html',
    'evil%3A%2F%2Fitem.jd.com%2F1.html',
    'https://evil.example/#https://item.jd.com/1.html',
    'https://evil.example/https://item.jd.com/1.html',
    'https://evil.example/item.jd.com/1.html',
    'https://evil.example?item.jd.com/1.html',
    'https://evil.example\\@item.jd.com/1.html',
    'https:\\\\item.jd.com\\1.html',
    'weixin://dl/business/?query=spreadUrl=https%3A%2F%2Fu.jd.com%2FqaLkcfv',
    'javascript://item.jd.com/1.html',
    'ftp://item.jd.com/1.html',
    'file://item.jd.com/1.html',
    'fakeopenapp.jdmobile://item.jd.com/1.html',
  ])('%s is nothing', (text) => {
    expect(parse(text)).toEqual([]);
  });
});

const KNOWN_HOSTS = marketplaces.flatMap(({ hosts }) => hosts);
const PATHS = [
  '100012345678.html',
  'product/100012345678.html',
  'goods.html?goods_id=8420152864',
  'index-123456.html',
  'abc',
];
const single = rows.filter(({ platform }) => platform !== null);
const CHINESE = [...'京东价只要这个真香点击打开，。、；：！？「」『』【】（）《》“”‘’～…—￥🎉👈🔐'];
const AROUND = fc
  .array(fc.constantFrom(...CHINESE), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));

const digits = (min: number, max: number) =>
  fc.stringMatching(new RegExp(`^[1-9][0-9]{${min - 1},${max - 1}}$`));
const createRefs = (marketplace: Marketplace, id: fc.Arbitrary<string>, read: typeof parseId) =>
  id.map((text) => read(text, marketplace));
const anyRef = fc.oneof(
  createRefs(jd, digits(1, 20), parseId),
  createRefs(jd, fc.stringMatching(/^[A-Za-z0-9]{32}_[A-Za-z0-9]{10}$/), parseId),
  createRefs(jd, digits(1, 15), parseShopId),
  createRefs(pdd, digits(6, 15), parseId),
  createRefs(pdd, fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{30,50}$/), parseId),
  createRefs(pdd, digits(1, 15), parseShopId),
  // Not parsed until it is drawn: a parser that throws fails the tests, not their loading.
  fc.constantFrom(...single).map(({ text }) => parse(text)[0] ?? expect.fail(text)),
);

const PIECES = [
  'https://',
  'http:',
  'openjd:',
  'openjd://',
  '.jd.com',
  '%20',
  'a b',
  '//',
  'item.jd.com',
  '3.cn',
  'mobile.yangkeduo.com',
  'openapp.jdmobile://virtual',
  '/',
  '?',
  '#',
  '&',
  '=',
  '@',
  ':',
  '.',
  '%',
  '%7B',
  '%2F',
  '{',
  '}',
  '"',
  '\\',
  'params=',
  'url=',
  'returnurl=',
  'launch_url=',
  'u.jd.com/abc',
  '/../',
  '!',
  '%25',
  'goods_id=',
  'sku=',
  '123456',
  '.html',
  '&amp;',
  '&#',
  '\ud800',
  '\u200b',
  '，',
  ' ',
  '\r\n',
  'xn--',
  '[',
  ']',
];
const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc
    .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ maxLength: 4 })), {
      maxLength: 30,
    })
    .map((parts) => parts.join('')),
);

describe('whatever the text', () => {
  it.each([
    'https://passport.jd.com/?url=openjd:a%20b/c',
    'https://passport.jd.com/?url=https%3A%2F%2F%5B',
    'openjd://%20.jd.com/',
    'openjd://evil.example%2F.jd.com/1.html',
    'openjd:///x',
    'https://[::1]/?u=1',
    'https://%zz/',
    'https://item.jd.com/%E0%A4%A.html?params={%zz}',
    'https%3A%2F%2F%zz',
  ])('%s does not make it throw', (text) => {
    expect(parse(text).filter(({ kind }) => kind !== 'none')).toEqual([]);
  });

  it('never throws, and gives each thing once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const urls = parse(text).map(({ platform, kind, url }) => `${platform} ${kind} ${url}`);
        expect(new Set(urls).size).toBe(urls.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads its own links as the same references', () => {
    fc.assert(
      fc.property(anyRef, (ref) => {
        expect(parse(ref.url)).toEqual([ref]);
      }),
      { numRuns: 500 },
    );
  });

  it('reads whatever it made of any text as the same references', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const ref of parse(text)) expect(parse(ref.url)).toEqual([ref]);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not mind Chinese or punctuation glued to either end of a link', () => {
    fc.assert(
      fc.property(fc.constantFrom(...single), AROUND, AROUND, ({ text }, before, after) => {
        expect(parse(`${before}${text}${after}`)).toEqual(parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('knows no host with anything appended', () => {
    const tail = fc.stringMatching(/^[a-z0-9.-]{0,12}[a-z0-9]$/);
    fc.assert(
      fc.property(fc.constantFrom(...KNOWN_HOSTS), tail, fc.constantFrom(...PATHS), (host, more, path) => {
        const name = host.replace(/^\./, '') + more;
        fc.pre(!isHostOf(name, KNOWN_HOSTS));
        expect(parse(`https://${name}/${path}`)).toEqual([]);
        expect(parse(`${name}/${path}`)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('knows no domain with anything prepended', () => {
    const start = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);
    fc.assert(
      fc.property(fc.constantFrom(...KNOWN_HOSTS), start, fc.constantFrom(...PATHS), (host, more, path) => {
        const name = more + host.replace(/^\./, '');
        fc.pre(!isHostOf(name, KNOWN_HOSTS));
        expect(parse(`https://${name}/${path}`)).toEqual([]);
        expect(parse(`${name}/${path}`)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a million characters', () => {
  const repeat = (text: string) => text.repeat(Math.ceil(1e6 / text.length));
  it.each([
    ['one word', repeat('a')],
    ['dots', repeat('a.')],
    ['lines of links', repeat('https://item.jd.com/1.html ')],
    ['glued links', repeat('https://3.cn/a')],
    ['JSON that never ends', repeat('openjd://?={')],
    ['JSON after JSON', repeat('openjd://virtual?params={"a":1}')],
    ['backslashes', repeat('\\')],
    ['escapes', repeat('\\u0026')],
    ['brackets', `https://3.cn/a?${repeat('(a)[')}`],
    ['braces', `https://3.cn/?=${repeat('{')}`],
    ['Chinese in a query', `https://3.cn/a?x=${repeat('中')}`],
    ['trailing dots', `https://3.cn/${repeat('.')}x`],
    ['nested links', `https://passport.jd.com/?${repeat('url=https://m.jd.com/?a&')}`],
    ['links in links', `https://passport.jd.com/?url=${repeat('https://passport.jd.com/?url=')}`],
    [
      'many links with many links in them',
      repeat(`https://passport.jd.com/?${'url=//jd.com/?a&'.repeat(1000)} `),
    ],
    ['a long host', `https://${repeat('a.')}jd.com/`],
    ['entities', repeat('&amp;')],
  ])('of %s take about ten times as long as a tenth of them', (_name, text) => {
    const tenthMs = measureCpuMs(() => parse(text.slice(0, text.length / 10)));
    // Anything quadratic takes a hundred times as long. Below 20 ms, warming up is most of what is measured.
    expect(measureCpuMs(() => parse(text))).toBeLessThan(40 * Math.max(20, tenthMs));
  });

  /** Processor time, which a busy machine does not stretch. */
  function measureCpuMs(work: () => unknown): number {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  }
});

describe('bare ids', () => {
  it('are nothing without a marketplace', () => {
    expect(parse('100012043978')).toEqual([]);
    expect(parse(ITEM_ID)).toEqual([]);
  });

  it.each([
    [' 100012043978\u200b\n', jd, { id: '100012043978', url: 'https://item.jd.com/100012043978.html' }],
    ['１２３４５６', jd, { id: '123456' }],
    ['12345678901234567890', jd, { id: '12345678901234567890' }],
    [ITEM_ID, jd, { id: ITEM_ID, idType: 'item_id' }],
    [
      '8420152864',
      pdd,
      { id: '8420152864', url: 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864' },
    ],
    [GOODS_SIGN, pdd, { id: GOODS_SIGN, idType: 'goods_sign' }],
  ] as const)('%j is read', (text, marketplace, expected) => {
    expect(parseId(text, marketplace)).toMatchObject({
      platform: marketplace.id,
      kind: 'product',
      ...expected,
    });
  });

  it.each([
    ['', jd],
    ['0123', jd],
    ['1.00012E+11', jd],
    ['123456789012345678901', jd],
    ['JD0123456789012', jd],
    ['https://item.jd.com/1.html', jd],
    ['12345', pdd],
    ['1234567890123456', pdd],
    ['713417934359', otherMarketplaces[0] as Marketplace],
  ])('%j is refused', (text, marketplace) => {
    expect(() => parseId(text, marketplace)).toThrow(
      expect.objectContaining({ name: 'InputError', message: expect.stringContaining(marketplace.names.en) }),
    );
  });

  it('of shops are read and refused', () => {
    expect(parseShopId('1000462158', jd)).toEqual({
      platform: 'jd',
      kind: 'shop',
      id: '1000462158',
      url: 'https://mall.jd.com/index-1000462158.html',
    });
    expect(() => parseShopId('abc', jd)).toThrow('not a JD shop id');
    expect(() => parseShopId('1', otherMarketplaces[0] as Marketplace)).toThrow('not a Douyin shop id');
  });

  it('that are refused come with an example of the ordinary id, if there is one', () => {
    expect(() => parseId('x', jd)).toThrow(/An id looks like 100012043978\.$/);
    expect(() => parseId('x', pdd)).toThrow(/An id looks like 8420152864\.$/);
    expect(() => parseId('x', otherMarketplaces[0] as Marketplace)).toThrow(
      'Its products cannot be looked up.',
    );
  });

  it('that are refused say of what and with which example in facts, too', () => {
    const [douyin] = otherMarketplaces as [Marketplace];
    const refusal = (code: string, facts: object) => expect.objectContaining({ code, facts });
    expect(() => parseId('x', jd)).toThrow(
      refusal('bad_product_id', { platform: '京东', example: '100012043978' }),
    );
    expect(() => parseId('x', douyin)).toThrow(
      refusal('bad_product_id', { platform: '抖音', example: undefined }),
    );
    expect(() => parseShopId('abc', jd)).toThrow(refusal('bad_shop_id', { platform: '京东' }));
  });

  it.each([
    ['100012043978', jd],
    ['8420152864', pdd],
    [GOODS_SIGN, pdd],
    [ITEM_ID, jd],
  ])('are read where they stand bare: %s', (text, marketplace) => {
    expect(parseBareProductId(text, marketplace)).toEqual(parseId(text, marketplace));
  });

  it.each([
    ['12', 'short', jd],
    ['12345678901234567890', 'long', jd],
  ])('that stand bare may be too short or too long: %s', (text, word, marketplace) => {
    const message = `${text} is too ${word} for a JD product ID such as 100012043978. Give the product's link, such as https://item.jd.com/100012043978.html.`;
    expect(() => parseBareProductId(text, marketplace)).toThrow(
      expect.objectContaining({
        message,
        code: 'not_an_id',
        facts: { id: text, platform: '京东', example: '100012043978' },
      }),
    );
  });

  it('are refused for what they are where only a link could hold them', () => {
    expect(() => parseBareProductId('d41d8cd98f00b204e9800998ecf8427e', pdd)).toThrow(
      'That is not a Pinduoduo product id. An id looks like 8420152864.',
    );
  });
});

describe('the host of a link to somewhere else', () => {
  /** Sixty characters, as many as are shown. */
  const LONG = `${'a'.repeat(30)}.${'b'.repeat(26)}.cn`;
  it.each([
    ['https://www.amazon.cn/dp/B00', 'amazon.cn'],
    ['http://shop.example./x', 'shop.example'],
    ['https://www1.example.com/x', 'www1.example.com'],
    ['https://a.www.example/x', 'a.www.example'],
    ['https://item.jd.com/1.html https://one.example/ https://two.example/', 'one.example'],
    ['https://localhost/x https://one.example/', 'one.example'],
    ['weixin://dl.example/x https://one.example/', 'one.example'],
    ['xhttpsx://dl.example/x', undefined],
    ['https://item.jd.com/1.html', undefined],
    ['two words', undefined],
    [`https://${LONG}/`, LONG],
    [`https://x${LONG}/`, `…${LONG}`],
  ])('%s: %s', (text, host) => {
    expect(findForeignHost(text, marketplaces)).toBe(host);
  });
});

describe('references with their places', () => {
  it('stand where their links do, repeats included, links of others left out', () => {
    const text = '看 https://item.jd.com/1.html、https://one.example/ https://item.jd.com/1.html!';
    const found = parsePlacedRefs(text, marketplaces);
    expect(found.text).toBe(text);
    expect(found.refs.map(({ start, end }) => text.slice(start, end))).toEqual([
      'https://item.jd.com/1.html',
      'https://item.jd.com/1.html',
    ]);
    const [ref] = parse(text);
    expect(found.refs.map((one) => one.ref)).toEqual([ref, ref]);
  });
});

describe('a reference', () => {
  const ref: Ref = { platform: 'jd', kind: 'product', id: '1', url: 'https://item.m.jd.com/product/1.html' };

  it('is found in a link, unless nobody knows its host', () => {
    expect(findRef(new URL(ref.url), marketplaces)).toMatchObject({ platform: 'jd', id: '1' });
    expect(findRef(new URL('https://evil.example/1.html'), marketplaces)).toBeUndefined();
  });
});

describe('a text that is one plain link', () => {
  const HOSTS = [
    'item.jd.com',
    'ITEM.jd.com',
    'item.jd.com.cn',
    'mobile.yangkeduo.com',
    'item.taobao.com',
    'evil.example',
  ];
  const segment = fc.stringMatching(/^[\w-]{1,12}$/);
  const link = fc
    .tuple(
      fc.constantFrom('https', 'http', 'HTTPS'),
      fc.constantFrom(...HOSTS),
      fc.array(fc.oneof(segment, fc.constantFrom('100012345678', 'goods')), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(
        '',
        '.html',
        '.htm',
        '?id=100012345678',
        '.html?goods_id=8420152864',
        '?sku=',
        '.html?a=b-c',
      ),
    )
    .map(([scheme, host, path, end]) => `${scheme}://${host}/${path.join('/')}${end}`);

  it('is read as the same link in a sentence is', () => {
    fc.assert(
      fc.property(link, (text) => {
        expect(parseRefs(text, marketplaces)).toEqual(parseRefs(`看 ${text} 好`, marketplaces));
        expect(findForeignHost(text, marketplaces)).toBe(findForeignHost(`看 ${text} 好`, marketplaces));
      }),
    );
  });
});

describe('links beside and in others', () => {
  it('what is glued to a link of somebody else belongs to it', () => {
    const text = 'https://one.example/a,https://item.jd.com/100012345678.html';
    expect(parse(text)).toEqual([]);
    expect(parsePlacedRefs(text, marketplaces).refs).toEqual([]);
  });

  it('a short link in a link loses the punctuation behind it, and its braces are encoded', () => {
    const login = (link: string) => wrap('https://plogin.m.jd.com/login', 'returnurl', encode(link));
    expect(parse(`${login('https://u.jd.com/abc.')}&x=1`)).toMatchObject([{ url: 'https://u.jd.com/abc' }]);
    expect(parse(`${login('https://u.jd.com/abc?x={1}')}&x=1`)).toMatchObject([
      { kind: 'short', url: 'https://u.jd.com/abc?x=%7B1%7D' },
    ]);
  });

  it('a link in a link may stand there as it is, with parameters of its own, or without a scheme', () => {
    const shop = 'https://shop.m.jd.com/?gx=1&shopId=1000462158';
    expect(read(`https://plogin.m.jd.com/login?a=1&returnurl=${shop}`)).toEqual(['jd shop 1000462158']);
    expect(parse('http://plogin.m.jd.com/login?returnurl=%2F%2Fu.jd.com%2Fabc')).toMatchObject([
      { url: 'https://u.jd.com/abc' },
    ]);
  });

  it('a word in a parameter is not the name of a page', () => {
    expect(read('https://item.jd.com/?url=100012043978.html')).toEqual(['jd none']);
  });

  it("JSON in an app's link may hold percent-encoded JSON", () => {
    const json = encode(
      JSON.stringify({ category: 'jump', des: 'jshopMain', shopId: '1000004123', more: '%7B%22' }),
    );
    expect(read(`openApp.jdMobile://virtual?params=${json}`)).toEqual(['jd shop 1000004123']);
  });

  it('the first of two links to the same thing is the one that is kept', () => {
    expect(parse('https://u.jd.com/YO58R3K https://u.jd.com/YO58R3K?x=1').map(({ url }) => url)).toEqual([
      'https://u.jd.com/YO58R3K',
    ]);
  });

  it('a link that carries more than eleven others is not looked through', () => {
    const page = (others: number) =>
      `https://plogin.m.jd.com/login/login?${'returnurl=https%3A%2F%2Fwww.jd.com%2Fnews&'.repeat(others)}returnurl=https%3A%2F%2Fitem.jd.com%2F100012345678.html`;
    expect(read(page(10))).toEqual(['jd product 100012345678']);
    expect(read(page(11))).toEqual(['jd none']);
  });

  it('a look-alike may hide in the middle of a host, too', () => {
    expect(read('https://one.two.jd.com/x')).toEqual(['jd none']);
    expect(read('https://one.xn--p1ai.jd.com/x')).toEqual([]);
  });

  it('a kind of id is named only where a marketplace has several', () => {
    const [ref] = parse('https://mobile.yangkeduo.com/goods.html?goods_id=8420152864');
    expect(ref && 'idType' in ref).toBe(false);
  });
});

describe('links as people hand them in', () => {
  const read = (text: string) =>
    parseRefs(text, marketplaces).map(({ platform, kind, id }) => [platform, kind, id]);

  it.each([
    ['https://mobile.yangkeduo.com/goods.html？goods_id＝８４２０１５２８６４', 'pdd', '8420152864'],
    ['item.jd.com／100012043978.html', 'jd', '100012043978'],
    ['https://item.jd.com/１０００１２０４３９７８.html', 'jd', '100012043978'],
    ['https://detail.tmall.com/item.htm？spm=a＆id=713417934359', 'taobao', '713417934359'],
    ['https://item.jd.com/100012043978.html？怎么样', 'jd', '100012043978'],
    ['https://item.jd.com/100012043978.htm', 'jd', '100012043978'],
  ])('are read when a Chinese keyboard has widened their signs: %s', (text, platform, id) => {
    expect(read(text)).toEqual([[platform, 'product', id]]);
  });

  it('are refused where they were cut: a number without its end is another product', () => {
    expect(read('https://item.jd.com/1000120\n43978.html')).toEqual([['jd', 'none', null]]);
  });

  it.each([
    'https://h5.m.taobao.com/2shou/detail.html?id=713417934359',
    'https://h5.m.taobao.com/taolive/video.html?id=713417934359',
    'https://market.m.taobao.com/app/idleFish-F2e/widle-taobao-rax/page-detail?id=713417934359',
    'https://h5.m.taobao.com/weapp/view_page.htm?page=shop/activity&id=713417934359',
  ])('name no product of the shop where the app shows something else: %s', (text) => {
    expect(read(text)).toEqual([['taobao', 'none', null]]);
  });
});
