import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Dispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BijiaError, toBijiaError } from '../../../src/core/errors.js';
import { parseRefs } from '../../../src/core/links/link-parser.js';
import { createShortLinkOpener, type ShortLinkOptions } from '../../../src/core/links/short-link.js';
import type { Ref } from '../../../src/core/product/product.js';
import { jd } from '../../../src/core/providers/jd/links.js';
import { otherMarketplaces } from '../../../src/core/providers/others/links.js';
import { pdd } from '../../../src/core/providers/pdd/links.js';
import { taobao } from '../../../src/core/providers/taobao/links.js';

const marketplaces = [jd, pdd, taobao, ...otherMarketplaces];
const PRODUCT = 'https://item.m.jd.com/product/100012043978.html?utm_source=androidapp';
const HRL = `<script>function htmlspecialchars(str){}</script><script>var hrl='https://u.jd.com/jda?e=1&p=a%2bb&d=abc';var ua='Mozilla';</script>`;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const redirect =
  (location: string, status = 302): Handler =>
  (_request, response) =>
    response.writeHead(status, { location, 'set-cookie': 'id=1' }).end();
const page =
  (html: string): Handler =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(html);
const status =
  (code: number): Handler =>
  (_request, response) =>
    response.writeHead(code).end('<html></html>');

const PAGES: Record<string, Handler> = {
  '3.cn/direct': redirect(PRODUCT),
  '3.cn/moved': redirect(PRODUCT, 301),
  '3.cn/307': redirect(PRODUCT, 307),
  '3.cn/schemeless': redirect('//item.m.jd.com/product/100012043978.html'),
  '3.cn/relative': redirect('/direct'),
  '3.cn/chain': redirect('http://3.jd.hk/-chain2'),
  '3.jd.hk/-chain2': redirect('https://u.jd.com/chain3'),
  'u.jd.com/chain3': page(HRL),
  'u.jd.com/jda?e=1&p=a%2bb&d=abc': redirect('https://union-click.jd.com/jdc?d=abc'),
  'union-click.jd.com/jdc?d=abc': redirect(PRODUCT),
  'u.jd.com/meta': page(`<META http-equiv="Refresh" content="0; url=${PRODUCT}&amp;x=1">`),
  'u.jd.com/href': page(`<script>window.location.href = "${PRODUCT}"</script>`),
  'u.jd.com/replace': page(`<script>location.replace('${PRODUCT.replaceAll('/', '\\/')}')</script>`),
  '3.cn/shop': redirect('https://shop.m.jd.com/?shopId=1000462158'),
  '3.cn/app': redirect(
    `openapp.jdmobile://virtual?params=${encodeURIComponent('{"des":"productDetail","skuId":"100012043978"}')}`,
  ),
  '3.cn/risk': redirect(`https://cfe.m.jd.com/risk/?returnurl=${encodeURIComponent(PRODUCT)}`),
  '3.cn/union': redirect('https://jingfen.jd.com/detail/MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH.html'),
  '3.cn/loop': redirect('https://3.cn/loop2'),
  '3.cn/loop2': redirect('https://3.cn/loop'),
  '3.cn/self': redirect('https://3.cn/self'),
  '3.cn/hop5': redirect('https://3.cn/hop4'),
  '3.cn/hop6': redirect('https://3.cn/hop5'),
  '3.cn/hop4': redirect('https://3.cn/hop3'),
  '3.cn/hop3': redirect('https://3.cn/hop2'),
  '3.cn/hop2': redirect('https://3.cn/direct'),
  '3.cn/evil': redirect('https://item.jd.com.evil.example/100012043978.html'),
  '3.cn/userinfo': redirect('https://user@item.jd.com/100012043978.html'),
  '3.cn/port': redirect('https://item.jd.com:8443/100012043978.html'),
  '3.cn/ftp': redirect('ftp://item.jd.com/100012043978.html'),
  '3.cn/local': redirect('http://127.0.0.1/admin'),
  '3.cn/metadata': redirect('http://169.254.169.254/latest/meta-data'),
  '3.cn/broken': redirect('http://[oops'),
  '3.cn/taobao': redirect('https://item.taobao.com/item.htm?id=713417934359'),
  '3.cn/home': redirect('https://www.jd.com/'),
  '3.cn/nowhere': (_request, response) => response.writeHead(302).end(),
  '3.cn/gone': status(404),
  '3.cn/page': page(HRL),
  'u.jd.com/old': (_request, response) => response.writeHead(404).end(HRL),
  'u.jd.com/blank': page('<html><body>活动已结束</body></html>'),
  'u.jd.com/evil': page(`<script>var hrl='https://evil.example/?u=${PRODUCT}';</script>`),
  'u.jd.com/script': page(`<script>location.href='javascript:alert(1)'</script>`),
  'u.jd.com/huge': page(`${' '.repeat(2 ** 20)}${HRL}`),
  'u.jd.com/endless': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).write(' '.repeat(2 ** 19));
  },
  'u.jd.com/escaped': page(`<script>var hrl="https://u.jd.com/jda?e=1&amp;p=a%2bb&amp;d=abc";</script>`),
  'u.jd.com/early': page(`<script>var hrl='${PRODUCT}'</script>${' '.repeat(2 ** 20)}`),
  '3.cn/slow': () => {},
  'u.jd.com/drip': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).write('<html>');
  },
  '3.cn/reset': (_request, response) => response.socket?.destroy(),
  '3.cn/503': status(503),
  '3.cn/429': status(429),
  'p.pinduoduo.com/Id2XBFcQ': redirect('https://mobile.yangkeduo.com/goods1.html?ps=CQGwm6NMIa'),
  'mobile.yangkeduo.com/goods1.html?ps=CQGwm6NMIa': redirect(
    'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864',
  ),
};

let server: Server;
let origin: string;
const seen: { readonly host: string; readonly headers: IncomingMessage['headers'] }[] = [];

beforeAll(async () => {
  server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const host = String(request.headers.host);
    seen.push({ host, headers: request.headers });
    (PAGES[host + request.url] ?? status(404))(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function createOpener(options: Partial<ShortLinkOptions> = {}) {
  return createShortLinkOpener({
    marketplaces,
    lookup: () => Promise.reject(new Error('no name is resolved here')),
    route: () => origin,
    ...options,
  });
}

function toShortRef(text: string): Ref {
  const ref = parseRefs(text, marketplaces)[0];
  if (!ref) throw new Error(`${text} is not a link`);
  return ref;
}

const open = (text: string, options?: Partial<ShortLinkOptions>) =>
  createOpener(options).open(toShortRef(text));

async function fail(text: string, options?: Partial<ShortLinkOptions>): Promise<BijiaError> {
  return open(text, options).then(
    (ref) => Promise.reject(new Error(`opened as ${ref.url}`)),
    (thrown: unknown) => toBijiaError(thrown),
  );
}

describe('opens', () => {
  it.each([
    ['a redirect', 'https://3.cn/direct'],
    ['a permanent redirect', 'https://3.cn/moved'],
    ['a redirect that keeps the method', 'http://3.cn/307'],
    ['a redirect without scheme', 'https://3.cn/schemeless'],
    ['a relative redirect', 'https://3.cn/relative'],
    ['five hops, one of them a page with a script', 'https://3.cn/chain'],
    ['a page with meta refresh', 'https://u.jd.com/meta'],
    ['a page that sets location.href', 'https://u.jd.com/href'],
    ['a page whose script holds HTML entities', 'https://u.jd.com/escaped'],
    ['a page that calls location.replace', 'https://u.jd.com/replace'],
    ['a redirect into the app', 'https://3.cn/app'],
    ['a redirect to a risk page that carries the product', 'https://3.cn/risk'],
    ['a page whose script stands at the start of a mebibyte', 'https://u.jd.com/early'],
    ['five redirects', 'https://3.cn/hop5'],
  ])('%s', async (_name, text) => {
    expect(await open(text)).toEqual({
      platform: 'jd',
      kind: 'product',
      id: '100012043978',
      url: 'https://item.jd.com/100012043978.html',
    });
  });

  it('a link to a shop', async () => {
    expect(await open('https://3.cn/shop')).toMatchObject({ kind: 'shop', id: '1000462158' });
  });

  it('a link to a product with an affiliate id', async () => {
    expect(await open('https://3.cn/union')).toMatchObject({ kind: 'product', idType: 'item_id' });
  });

  it('a short link from inside the app', async () => {
    expect(await open('openapp.jdmobile://3.cn/direct')).toMatchObject({ id: '100012043978' });
  });

  it('a short link of another marketplace over its own hosts', async () => {
    expect(await open('https://p.pinduoduo.com/Id2XBFcQ')).toMatchObject({
      platform: 'pdd',
      id: '8420152864',
    });
  });

  it('nothing with cookies or credentials', async () => {
    seen.length = 0;
    await open('https://3.cn/chain');
    expect(seen.map(({ host }) => host)).toEqual([
      '3.cn',
      '3.jd.hk',
      'u.jd.com',
      'u.jd.com',
      'union-click.jd.com',
    ]);
    for (const { headers } of seen) {
      expect(Object.keys(headers)).not.toContain('cookie');
      expect(Object.keys(headers)).not.toContain('authorization');
      expect(Object.keys(headers)).not.toContain('referer');
    }
  });
});

describe('refuses', () => {
  it.each([
    ['a loop', '3.cn/loop', 'short_link_loop'],
    ['a redirect to itself', '3.cn/self', 'short_link_loop'],
    ['more than five hops', '3.cn/hop6', 'short_link_loop'],
    ['a look-alike host', '3.cn/evil', 'short_link_unsafe'],
    ['userinfo', '3.cn/userinfo', 'short_link_unsafe'],
    ['an odd port', '3.cn/port', 'short_link_unsafe'],
    ['another scheme', '3.cn/ftp', 'short_link_unsafe'],
    ['the machine itself', '3.cn/local', 'short_link_unsafe'],
    ['the address of a cloud service', '3.cn/metadata', 'short_link_unsafe'],
    ['what is not an address', '3.cn/broken', 'short_link_unsafe'],
    ['a script that leads to a foreign host', 'u.jd.com/evil', 'short_link_unsafe'],
    ['a script for an address', 'u.jd.com/script', 'short_link_unsafe'],
    ['another marketplace', '3.cn/taobao', 'short_link_foreign'],
    ['a page that is not a product', '3.cn/home', 'no_product_in_link'],
    ['a redirect to nowhere', '3.cn/nowhere', 'short_link_dead'],
    ['a dead link', '3.cn/gone', 'short_link_dead'],
    ['a page of a host that is not known to answer pages', '3.cn/page', 'short_link_dead'],
    ['a page that is gone', 'u.jd.com/old', 'short_link_dead'],
    ['a page without a next address', 'u.jd.com/blank', 'short_link_dead'],
    ['a next address behind the first 256 KiB', 'u.jd.com/huge', 'short_link_dead'],
    ['a page that never ends', 'u.jd.com/endless', 'short_link_dead'],
  ])('%s', async (_name, link, code) => {
    const error = await fail(`https://${link}`);
    expect(error).toMatchObject({ name: 'InputError', code });
    expect(error.message).toContain("Paste the product's own link instead, such as https://item.jd.com/");
  });

  it('what is not a short link', async () => {
    const ref: Ref = { platform: 'jd', kind: 'short', id: null, url: 'https://evil.example/a' };
    await expect(createOpener().open(ref)).rejects.toMatchObject({ code: 'short_link_unsafe' });
  });

  it('a marketplace that is only recognised', async () => {
    const error = await fail('https://m.tb.cn/h.fcPT0o5');
    expect(error).toMatchObject({ name: 'UnsupportedError' });
  });

  it('without saying whose address a stranger chose', async () => {
    const error = await fail('https://3.cn/evil');
    expect(error.message).not.toContain('evil');
    expect(error.detail).toContain('evil.example');
  });

  it('asks nothing after an unsafe address', async () => {
    seen.length = 0;
    await fail('https://3.cn/evil');
    expect(seen).toHaveLength(1);
  });
});

class SilentProxy extends Dispatcher {
  override dispatch(): boolean {
    return true;
  }
}

describe('gives up', () => {
  it.each(['https://3.cn/slow', 'https://u.jd.com/drip'])('on %s when time is over', async (text) => {
    expect(await fail(text, { totalMs: 60 })).toMatchObject({
      name: 'UpstreamTimeoutError',
      retryable: true,
    });
  });

  it.each<[string, Partial<ShortLinkOptions>]>([
    ['a name that is never resolved', { lookup: () => new Promise(() => undefined) }],
    ['a proxy that never lets it through', { openDispatcher: async () => new SilentProxy() }],
  ])('on %s', async (_name, options) => {
    const attempt = { ...options, route: undefined };
    expect(await fail('https://3.cn/direct', { ...attempt, totalMs: 20 })).toMatchObject({
      name: 'UpstreamTimeoutError',
    });
    const leaving = createOpener(attempt).open(toShortRef('https://3.cn/direct'), {
      signal: AbortSignal.timeout(20),
    });
    await expect(leaving).rejects.toMatchObject({ name: 'CancelledError' });
  });

  it.each(['https://3.cn/reset', 'https://3.cn/503', 'https://3.cn/429'])('on %s, for now', async (text) => {
    const error = await fail(text);
    expect(error).toMatchObject({ name: 'UpstreamError', retryable: true });
    expect(error.message).toContain('Try again later, or paste the product');
  });

  it('when the caller goes away, before and while it waits', async () => {
    const ref = toShortRef('https://3.cn/slow');
    await expect(createOpener().open(ref, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'CancelledError',
    });
    const controller = new AbortController();
    const opening = createOpener({
      route: () => {
        queueMicrotask(() => controller.abort());
        return origin;
      },
    }).open(ref, { signal: controller.signal });
    await expect(opening).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

describe('without a route', () => {
  it.each(['10.0.0.1', '127.0.0.1', '::1', '::ffff:10.0.0.1'])('refuses a host at %s', async (address) => {
    const asked: string[] = [];
    const error = await fail('https://3.cn/direct', {
      route: undefined,
      lookup: async (hostname) => {
        asked.push(hostname);
        return [
          { address: '114.67.1.1', family: 4 },
          { address, family: address.includes(':') ? 6 : 4 },
        ];
      },
    });
    expect(error).toMatchObject({ name: 'InputError', code: 'short_link_unsafe' });
    expect(error.message).not.toContain(address);
    expect(asked).toEqual(['3.cn']);
  });

  it('says that a host cannot be reached when its name cannot be resolved', async () => {
    expect(await fail('https://3.cn/direct', { route: undefined })).toMatchObject({ name: 'UpstreamError' });
  });

  it('checks hosts that the route leaves alone', async () => {
    const error = await fail('https://3.cn/chain', {
      route: (hostname) => (hostname === '3.cn' ? origin : undefined),
      lookup: async () => [{ address: '192.168.1.1', family: 4 }],
    });
    expect(error).toMatchObject({ code: 'short_link_unsafe' });
  });
});
