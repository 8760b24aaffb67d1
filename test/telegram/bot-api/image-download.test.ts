import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createCheckedLookup, createPublicAddressCheck } from '../../../src/core/call/public-address.js';
import { createClock } from '../../../src/core/clock.js';
import { createImageConnection, createImageDownload } from '../../../src/telegram/bot-api/image-download.js';
import {
  createTelegramHttp,
  openDispatcher,
  type TelegramHttp,
  TooLargeError,
} from '../../../src/telegram/bot-api/telegram-http.js';
import { MARKETPLACES } from '../../helpers/telegram/products.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function getShop() {
  const [shop] = MARKETPLACES;
  if (!shop) throw new Error('no marketplace');
  return shop;
}

/** Downloads come from the function; what fails is noted. */
function open(download: TelegramHttp['download']) {
  const failures: unknown[] = [];
  const images = createImageDownload({ download }, (error) => failures.push(error));
  return { get: (url: string) => images.find(url, getShop()), failures };
}

const IMAGE = 'https://a.img.example/1.jpg';
const JPEG = Buffer.from('ffd8ffe000104a46', 'hex');

describe('a picture', () => {
  it.each([
    'http://a.img.example/1.jpg',
    'https://img.example.evil/1.jpg',
    'https://evil/1.jpg',
    'https://a.img.example:8443/1.jpg',
    'https://user@a.img.example/1.jpg',
    'file:///etc/passwd',
  ])('is not fetched from %s', async (url) => {
    const asked: string[] = [];
    const { get } = open(async (address) => {
      asked.push(address);
      return JPEG;
    });
    expect(await get(url)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is what it looks like, or none', async () => {
    expect(await open(async () => JPEG).get(IMAGE)).toEqual(JPEG);
    expect(await open(async () => Buffer.from('<html>')).get(IMAGE)).toBeUndefined();
    expect(await open(async () => Buffer.alloc(0)).get(IMAGE)).toBeUndefined();
  });

  it('is left out when it is too large or does not come', async () => {
    const { get, failures } = open((_url, { maxBytes }) => {
      throw new TooLargeError(`more than ${maxBytes}`);
    });
    expect(await get(IMAGE)).toBeUndefined();
    expect(String(failures[0])).toContain('more than 5242880');
  });

  it('is not fetched from a private address, whatever its name says', async () => {
    const lookup = createCheckedLookup(
      async () => [{ address: '127.0.0.1', family: 4 }],
      createPublicAddressCheck(),
    );
    const connection = await createImageConnection({}, lookup, createClock());
    closing.push(connection.close);
    const { get, failures } = open(connection.download);
    expect(await get(IMAGE)).toBeUndefined();
    expect(String(failures[0])).toContain('not on the public internet');
  });
});

describe('a download', () => {
  async function serve(body: Buffer, headers: Record<string, string> = {}, status = 200) {
    const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => void server.close());
    const connection = createTelegramHttp(await openDispatcher({}), createClock());
    closing.push(connection.close);
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/x`;
    return (maxBytes: number) => connection.download(url, { maxBytes });
  }

  it('is cut off where it becomes larger than wanted, said or unsaid', async () => {
    const said = await serve(Buffer.alloc(5000));
    await expect(said(4999)).rejects.toThrow(TooLargeError);
    expect(await said(5000)).toHaveLength(5000);
    const unsaid = await serve(Buffer.alloc(300_000), { 'transfer-encoding': 'chunked' });
    await expect(unsaid(1000)).rejects.toThrow(TooLargeError);
  });

  it('follows no redirect and takes no error for a file', async () => {
    await expect(
      (await serve(Buffer.from('x'), { location: 'http://127.0.0.1:9/' }, 302))(10),
    ).rejects.toThrow('302');
    await expect((await serve(Buffer.from('x'), {}, 404))(10)).rejects.toThrow('404');
  });
});
