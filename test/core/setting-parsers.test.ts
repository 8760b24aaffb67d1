import { describe, expect, it } from 'vitest';
import {
  parseAddress,
  parseDuration,
  parseProxy,
  parseQuota,
  parseTimeout,
  parseWholeNumber,
} from '../../src/core/setting-parsers.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['1.5s', 1500],
    ['1.5ms', 2],
    ['0.001ms', 1],
    ['5m', 300_000],
    ['2h', 7_200_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '-1s', '0s', '5 days', '1e3ms', '9999h'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(/expects a duration/);
  });
});

describe('parseTimeout', () => {
  it('reads what a timer can wait for', () => {
    expect(parseTimeout('15s')).toBe(15_000);
    expect(parseTimeout('24h')).toBe(86_400_000);
  });

  it.each(['25h', '600h', '0s', 'soon'])('refuses %j', (text) => {
    expect(() => parseTimeout(text)).toThrow(/expects a duration/);
  });
});

describe('parseQuota', () => {
  it('reads calls per window', () => {
    expect(parseQuota('100/6s')).toEqual({ calls: 100, windowMs: 6000 });
  });

  it.each(['', '100', '0/60s', '/60s', '100/', '100/60', 'a/1s', '-1/60s'])('refuses %j', (text) => {
    expect(() => parseQuota(text)).toThrow(/expects/);
  });

  it('refuses a window that is over before a call has left', () => {
    expect(parseQuota('100/10ms')).toEqual({ calls: 100, windowMs: 10 });
    expect(() => parseQuota('100/9ms')).toThrow('expects a window of at least 10ms');
  });
});

describe('parseAddress', () => {
  it('drops the slash at the end', () => {
    expect(parseAddress('http://127.0.0.1:80/x/')).toBe('http://127.0.0.1/x');
  });

  it.each(['', 'api.example', 'ftp://x', 'https://user:pass@x', 'javascript:1'])('refuses %j', (text) => {
    expect(() => parseAddress(text)).toThrow(/expects an address/);
  });
});

describe('parseProxy', () => {
  it.each([
    ['http://127.0.0.1:7890', 'http://127.0.0.1:7890'],
    ['proxy.example:8080', 'http://proxy.example:8080'],
    ['http://user:pass@proxy.example', 'http://user:pass@proxy.example'],
    ['socks5://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
  ])('reads %s', (text, address) => {
    expect(parseProxy(text)).toBe(address);
  });

  it.each(['ftp://x', 'no proxy', 'http://', ':80'])('refuses %j', (text) => {
    expect(() => parseProxy(text)).toThrow(/expects the address of a proxy/);
  });
});

it('reads whole numbers only', () => {
  expect(parseWholeNumber('1000')).toBe(1000);
  expect(() => parseWholeNumber('1.5')).toThrow(/whole number/);
});
