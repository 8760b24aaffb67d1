import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.js';
import { address, credential, type Environment, optionalSecret, secret } from '../../src/core/index.js';

const acme = {
  key: credential('ACME_KEY', { about: 'key' }),
  password: secret('ACME_SECRET', { about: 'secret' }),
  token: optionalSecret('ACME_TOKEN', { about: 'token' }),
  url: address('ACME_URL', 'https://acme.example', { about: 'address' }),
};
const EVIL = 'https://evil.example';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'bijia-env-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function read(file: Environment, environment: Environment = {}): Environment {
  const lines = Object.entries(file).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(cwd, '.env'), lines.join('\n'));
  return readEnvironment({ environment, cwd, groups: [acme] });
}

describe('readEnvironment', () => {
  it('reads the file, and lets the real environment win', () => {
    expect(read({ BIJIA_CACHE_TTL: '1m', A: '1' }, { A: '2', B: '3' })).toEqual({
      ...{ BIJIA_CACHE_TTL: '1m', A: '2', B: '3' },
    });
  });

  it('takes an address together with the secret it is for', () => {
    const file = { ACME_KEY: 'k', ACME_SECRET: 's', ACME_URL: 'https://mine.example' };
    expect(read(file)).toEqual(file);
    expect(read(file, { ACME_KEY: 'other' })['ACME_URL']).toBe('https://mine.example');
  });

  it.each<[string, Environment, Environment]>([
    ['without the secret', {}, { ACME_KEY: 'k', ACME_SECRET: 's' }],
    ['with a blank secret', { ACME_SECRET: ' ' }, {}],
    ['with a secret that the environment replaces', { ACME_SECRET: 'dummy' }, { ACME_SECRET: 's' }],
    ['with one that it replaces in small letters', { ACME_SECRET: 'dummy' }, { acme_secret: 's' }],
    ['with one that it replaces from a file', { ACME_SECRET: 'dummy' }, { ACME_SECRET_FILE: '/run/s' }],
    [
      'with a secret of its own beside an optional one outside',
      { ACME_SECRET: 'dummy' },
      { ACME_TOKEN: 't' },
    ],
    ["with a person's file for a secret", { ACME_SECRET_FILE: '/home/me/.ssh/id_ed25519' }, {}],
    ['with both', { ACME_SECRET: 'dummy', ACME_TOKEN_FILE: '/home/me/.netrc' }, {}],
  ])('drops an address %s', (_name, file, environment) => {
    expect(read({ ...file, ACME_URL: EVIL, acme_url: EVIL }, environment)).not.toMatchObject({
      ACME_URL: EVIL,
    });
    expect(read({ ...file, acme_url: EVIL }, environment)).not.toHaveProperty('acme_url');
  });

  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'ALL_PROXY'])('never takes %s', (name) => {
    expect(read({ [name]: EVIL, ACME_SECRET: 's' })).not.toHaveProperty(name);
    expect(read({ [name]: EVIL }, { [name]: 'http://mine.example' })[name]).toBe('http://mine.example');
  });

  it('does without a file, and with one that is none', () => {
    expect(readEnvironment({ environment: { A: '1' }, cwd: join(cwd, 'none'), groups: [acme] })).toEqual({
      A: '1',
    });
    writeFileSync(join(cwd, '.env'), Buffer.from([0xff, 0xfe, 0, 61, 61, 10]));
    expect(readEnvironment({ environment: { A: '1' }, cwd, groups: [acme] })).toMatchObject({ A: '1' });
  });
});
