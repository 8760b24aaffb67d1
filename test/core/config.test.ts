import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config.js';
import { ConfigError } from '../../src/core/errors.js';
import { defineProvider, type Provider } from '../../src/core/provider.js';
import { address, credential, quota, secret } from '../../src/core/settings.js';

const settings = {
  key: credential('ACME_KEY', { about: 'key' }),
  password: secret('ACME_SECRET', { about: 'secret' }),
  url: address('ACME_URL', 'https://acme.example', { about: 'address' }),
  quota: quota('ACME_QUOTA', '100/60s', { about: 'quota' }),
};
const acme = defineProvider({ id: 'acme', settings } as unknown as Provider<typeof settings>);
const readFile = (path: string) => {
  if (path === 'secret.txt') return 'from-file\n';
  if (path === 'empty.txt') return '\n';
  throw new Error('ENOENT');
};
const parse = (environment: Record<string, string>) =>
  parseConfig(environment, { providers: [acme], readFile });

describe('parseConfig', () => {
  it('leaves a provider without credentials unconfigured, naming what is missing', () => {
    const { configured, unconfigured } = parse({});
    expect(configured).toEqual([]);
    expect(unconfigured).toEqual([{ provider: acme, missing: ['ACME_KEY', 'ACME_SECRET'] }]);
  });

  it('fills in what is not set', () => {
    const { configured, general } = parse({ ACME_KEY: 'k', ACME_SECRET: 's3cret' });
    expect(configured[0]?.values).toEqual({
      key: 'k',
      password: 's3cret',
      url: 'https://acme.example',
      quota: { calls: 100, windowMs: 60_000 },
    });
    expect(general).toMatchObject({ callTimeoutMs: 15_000, cacheTtlMs: 300_000, answerWithinMs: 45_000 });
  });

  it('names every problem at once and repeats no value', () => {
    const attempt = () =>
      parse({ ACME_KEY: 'k', ACME_QUOTA: 'lots', ACME_URL: 'hunter2', BIJIA_CACHE_TTL: 'long' });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(/ACME_SECRET is missing[\s\S]*$/);
    expect(attempt).toThrow(/ACME_QUOTA expects/);
    expect(attempt).toThrow(/ACME_URL expects/);
    expect(attempt).toThrow(/BIJIA_CACHE_TTL expects/);
    expect(attempt).not.toThrow(/hunter2/);
  });

  it('reads secrets from files', () => {
    const config = parse({ ACME_KEY: 'k', ACME_SECRET_FILE: 'secret.txt' });
    expect(config.configured[0]?.values['password']).toBe('from-file');
    expect(config.secrets).toEqual(['from-file']);
  });

  it('treats a proxy as secret, since a password may stand in it', () => {
    expect(parse({ https_proxy: 'http://user:hunter2@proxy.example' }).secrets).toEqual([
      'http://user:hunter2@proxy.example',
    ]);
    expect(() => parse({ HTTP_PROXY: 'user:hunter2@' })).toThrow(/HTTP_PROXY expects/);
    expect(() => parse({ HTTP_PROXY: 'user:hunter2@' })).not.toThrow(/hunter2/);
  });

  it('says when such a file cannot be read', () => {
    expect(() => parse({ ACME_KEY: 'k', ACME_SECRET_FILE: 'missing.txt' })).toThrow(
      /ACME_SECRET_FILE names a file/,
    );
  });

  it('says when such a file is empty, since a secret that was not mounted looks like that', () => {
    expect(() => parse({ ACME_KEY: 'k', ACME_SECRET_FILE: 'empty.txt' })).toThrow(
      /ACME_SECRET_FILE names a file that is empty/,
    );
  });

  it('keeps the password of a database secret, alone and in its address', () => {
    const url = 'postgres://bijia:hunter%40two@127.0.0.1/bijia';
    expect(parse({ BIJIA_DATABASE_URL: url }).secrets).toEqual([url, 'hunter@two']);
  });

  it('keeps no answers in memory where that is said, and refuses more than there can be', () => {
    expect(parse({ BIJIA_CACHE_ENTRIES: '0' }).general.cacheEntries).toBe(0);
    expect(parse({ BIJIA_CACHE_ENTRIES: '1000000' }).general.cacheEntries).toBe(1_000_000);
    expect(() => parse({ BIJIA_CACHE_ENTRIES: '1000001' })).toThrow(
      'BIJIA_CACHE_ENTRIES expects a whole number from 0 to 1000000',
    );
  });

  it('takes blank values as not set', () => {
    expect(parse({ ACME_KEY: ' ', ACME_SECRET: '' }).unconfigured).toHaveLength(1);
  });
});
