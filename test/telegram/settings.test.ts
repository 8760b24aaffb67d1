import { describe, expect, it } from 'vitest';
import { TELEGRAM_SETTINGS } from '../../src/telegram/settings.js';

const { parse } = TELEGRAM_SETTINGS.proxyUrl;

describe('TELEGRAM_PROXY_URL', () => {
  it.each([
    ['127.0.0.1:7890', 'http://127.0.0.1:7890'],
    [' http://u:p@proxy.example:80 ', 'http://u:p@proxy.example:80'],
    ['socks5://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
  ])('takes %s', (text, url) => {
    expect(parse(text)).toBe(url);
  });

  it.each(['ftp://127.0.0.1', 'http://', ''])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow('expects the address of a proxy');
  });
});
