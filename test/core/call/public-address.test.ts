import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import { createCheckedLookup, createPublicAddressCheck } from '../../../src/core/call/public-address.js';

const isPublic = createPublicAddressCheck();

describe('isPublic', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.170',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '5f00::1',
    '',
    'localhost',
    '0x7f.1',
    '2130706433',
  ])('refuses %j', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '2400:3200::1',
    '2606:4700:4700::1111',
  ])('allows %s', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe('createCheckedLookup', () => {
  it('connects to the address that was checked, resolving once', async () => {
    const server = createServer((message, response) => response.end(message.headers.host));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const asked: string[] = [];
    const checked: string[] = [];
    const lookup = createCheckedLookup(
      async (hostname) => {
        asked.push(hostname);
        return [{ address: '127.0.0.1', family: 4 }];
      },
      (address) => checked.push(address) > 0,
    );
    const agent = new Agent({ connect: { lookup } });
    const { body } = await request(`http://3.cn:${port}/a`, { dispatcher: agent });
    expect(await body.text()).toBe(`3.cn:${port}`);
    expect([asked, checked]).toEqual([['3.cn'], ['127.0.0.1']]);
    await agent.destroy();
    server.close();
  });

  it.each([true, false])('fails when one of several addresses is not allowed (all: %s)', async (all) => {
    const lookup = createCheckedLookup(
      async () => [
        { address: '1.1.1.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
      isPublic,
    );
    const error = await new Promise((resolve) => lookup('3.cn', { all }, resolve));
    expect(error).toMatchObject({ name: 'PrivateAddressError' });
  });

  it('fails when there is no address', async () => {
    const lookup = createCheckedLookup(async () => [], isPublic);
    expect(await new Promise((resolve) => lookup('3.cn', { all: true }, resolve))).toMatchObject({
      name: 'PrivateAddressError',
    });
  });

  it('gives one address where one is asked for', async () => {
    const lookup = createCheckedLookup(async () => [{ address: '2400:3200::1', family: 6 }], isPublic);
    const found = await new Promise((resolve) =>
      lookup('3.cn', {}, (_error, address, family) => resolve([address, family])),
    );
    expect(found).toEqual(['2400:3200::1', 6]);
  });
});
