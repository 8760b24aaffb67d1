import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createStarter } from '../helpers/sandbox/running.js';

const start = createStarter();

interface Opened {
  readonly status: number | undefined;
  readonly location: string | undefined;
  readonly body: string;
}

/** `fetch` does not let a caller name the host, so this asks the old way. */
function open(origin: string, path: string, headers: Record<string, string>): Promise<Opened> {
  return new Promise((resolve, reject) => {
    request(origin + path, { headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, location: answer.headers.location, body }));
    })
      .on('error', reject)
      .end();
  });
}

const openLink = (origin: string, link: string) => {
  const { host, pathname, search } = new URL(link);
  return open(origin, pathname + search, { host });
};

const nextOf = ({ location, body }: Opened) => location ?? /var hrl='([^']+)'/.exec(body)?.[1];

describe('simulated short links', () => {
  it.each([
    ['by Host', '/p100012345678', { host: '3.cn' }],
    ['by x-bijia-host', '/p100012345678', { 'x-bijia-host': '3.cn' }],
    ['by a path of their own', '/_short/3.cn/p100012345678', {}],
  ])('are opened %s', async (_, path, headers) => {
    const { origin } = await start();
    const { status, location } = await open(origin, path, headers);
    expect([status, location]).toEqual([302, 'https://item.m.jd.com/product/100012345678.html']);
  });

  it.each([
    ['https://3.cn/35RO-7uG?jkl=@W0a0c28PhTuD@', 1, /^https:\/\/item\.m\.jd\.com\/product\/\d{12}\.html$/],
    ['https://3.jd.hk/-102POe0', 1, /^https:\/\/item\.m\.jd\.com\/product\/\d{12}\.html$/],
    ['https://u.jd.com/0CMGTMh', 2, /^https:\/\/item\.m\.jd\.com\/product\/\d{12}\.html$/],
    ['https://union-click.jd.com/jdc?d=7Zvxc4', 1, /^https:\/\/item\.m\.jd\.com\/product\/\d{12}\.html$/],
    ['https://3.cn/chain', 3, /^https:\/\/item\.jd\.com\/100012345678\.html$/],
    ['https://3.cn/deep', 7, /^https:\/\/item\.jd\.com\/100012345678\.html$/],
    [
      'https://p.pinduoduo.com/Id2XBFcQ',
      2,
      /^https:\/\/mobile\.yangkeduo\.com\/goods\.html\?.*goods_id=\d{12}&/,
    ],
    ['https://mobile.yangkeduo.com/goods2.html?ps=CQGwm6NMIa', 1, /goods_id=\d{12}&/],
    ['https://mobile.yangkeduo.com/mall_page.html?ps=CQGwm6NMIa', 1, /mall_page\.html\?mall_id=\d{9}$/],
    ['https://p.pinduoduo.com/recorded', 1, /goods_id=8420152864$/],
  ])('%s leads to its goal in %i hops', async (link, hops, goal) => {
    const { origin } = await start();
    let next: string | undefined = link;
    for (let hop = 0; hop < hops; hop += 1) {
      expect(next).not.toMatch(goal);
      next = nextOf(await openLink(origin, next ?? ''));
    }
    expect(next).toMatch(goal);
  });

  it('follow from the code alone', async () => {
    const { origin } = await start();
    const goals = await Promise.all(
      ['2porp-78', '2porp-78', '2porp-79'].map(async (code) =>
        nextOf(await openLink(origin, `https://3.cn/${code}`)),
      ),
    );
    expect(goals[1]).toBe(goals[0]);
    expect(goals[2]).not.toBe(goals[0]);
  });

  it.each([
    ['https://3.cn/dead', 404, undefined],
    ['https://3.cn/loop', 302, 'https://3.cn/loop'],
    ['https://3.cn/relative', 302, '/p100012345678'],
    ['https://3.cn/evil', 302, 'https://item.jd.com.evil.example/100012345678.html'],
    ['https://3.cn/local', 302, 'http://127.0.0.1/admin'],
    ['https://3.cn/nowhere', 302, undefined],
    ['https://3.cn/blank', 200, undefined],
    ['https://p.pinduoduo.com/dead', 404, undefined],
    ['https://p.pinduoduo.com/loop', 302, 'https://p.pinduoduo.com/loop'],
    ['https://p.pinduoduo.com/local', 302, 'http://169.254.169.254/latest'],
  ])('%s answers %i, to %s', async (link, status, next) => {
    const { origin } = await start();
    const opened = await openLink(origin, link);
    expect([opened.status, nextOf(opened)]).toEqual([status, next]);
  });

  it('may be a page of one mebibyte', async () => {
    const { origin } = await start();
    expect((await openLink(origin, 'https://3.cn/huge')).body.length).toBeGreaterThan(2 ** 20);
  });

  it('fail on request, and count against no quota', async () => {
    const { origin, setFaults, arrivals } = await start();
    setFaults([{ method: 'short-link', kind: 'status' }]);
    expect((await openLink(origin, 'https://3.cn/35RO-7uG')).status).toBe(500);
    expect(arrivals()).toEqual([]);
  });

  it('do not stand in for other hosts', async () => {
    const { origin } = await start();
    expect((await openLink(origin, 'https://p.3.cn/35RO-7uG')).status).toBe(404);
    expect((await open(origin, '/_short/evil.example/x', {})).status).toBe(404);
    expect((await open(origin, '/elsewhere', { 'x-bijia-host': 'no host' })).status).toBe(404);
  });
});
