import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/cli/settings/environment.js';
import { address, credential, type Environment, optionalSecret, secret } from '../../../src/core/index.js';

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

const readAll = (environment: Environment = {}) =>
  readEnvironment({ environment, cwd, groups: [acme], prefixes: ['shopx'] });

function read(file: Environment, environment: Environment = {}): Environment {
  const lines = Object.entries(file).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(cwd, '.env'), lines.join('\n'));
  return readAll(environment).environment;
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

  it('does without a file, and with a folder of its name', () => {
    expect(readAll({ A: '1' })).toEqual({ environment: { A: '1' }, faults: [] });
    mkdirSync(join(cwd, '.env'));
    expect(readAll({ A: '1' })).toEqual({ environment: { A: '1' }, faults: [] });
  });
});

describe('a .env in any encoding', () => {
  const text = 'ACME_KEY=k\n# 京东\nACME_SECRET="秘密 1"\n';
  const wide = Buffer.from(text, 'utf16le');
  const gbk = Buffer.concat([
    Buffer.from('ACME_KEY=k\n# '),
    Buffer.from([0xbe, 0xa9, 0xb6, 0xab]),
    Buffer.from('\nACME_SECRET="'),
    Buffer.from([0xc3, 0xd8, 0xc3, 0xdc]),
    Buffer.from(' 1"\n'),
  ]);
  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-8 with CR LF', Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['UTF-16 LE with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), wide])],
    ['UTF-16 LE without', wide],
    ['UTF-16 BE with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(wide).swap16()])],
    ['GBK', gbk],
  ])('is read: %s', (_, bytes) => {
    writeFileSync(join(cwd, '.env'), bytes);
    expect(readAll()).toEqual({ environment: { ACME_KEY: 'k', ACME_SECRET: '秘密 1' }, faults: [] });
  });

  it('is read whole or not at all', () => {
    writeFileSync(join(cwd, '.env'), Buffer.concat([Buffer.from('ACME_KEY=k\n'), Buffer.from([0, 1, 0xff])]));
    expect(readAll()).toEqual({ environment: {}, faults: [{ kind: 'encoding', file: '.env' }] });
  });
});

describe('what of the settings does nothing', () => {
  it.each<[string, object[]]>([
    ['ACME_KEY k', [{ kind: 'no_equals', line: 1, name: 'ACME_KEY', file: '.env' }]],
    ['ACME_KEY: k', [{ kind: 'no_equals', line: 1, name: 'ACME_KEY', file: '.env' }]],
    ['\nACME_KEY：k', [{ kind: 'wide_sign', line: 2, name: 'ACME_KEY', file: '.env' }]],
    ['export ACME_KEY＝k', [{ kind: 'wide_sign', line: 1, name: 'ACME_KEY', file: '.env' }]],
    ['ACME_KEY=k=：x', []],
    ['ACME_KEY="a\nno sign here\n"\nrest', [{ kind: 'no_equals', line: 4, name: 'rest', file: '.env' }]],
    ['ACME_KYE=k', [{ kind: 'unknown', name: 'ACME_KYE', nearest: 'ACME_KEY', file: '.env' }]],
    ['SHOPX_ANYTHING_ELSE=1', [{ kind: 'unknown', name: 'SHOPX_ANYTHING_ELSE', file: '.env' }]],
    ['TBK_APP_KEY=1', [{ kind: 'unknown', name: 'TBK_APP_KEY', file: '.env' }]],
    ['acme_key=k\nACME_SECRET_FILE=/run/s\nOTHER=1\nACME=1', []],
    ['HTTPS_PROXY=http://127.0.0.1:1', [{ kind: 'ignored_proxy', name: 'HTTPS_PROXY', file: '.env' }]],
    ['ACME_URL=https://mine.example', [{ kind: 'ignored_address', name: 'ACME_URL', file: '.env' }]],
  ])('is said of %j', (text, faults) => {
    writeFileSync(join(cwd, '.env'), text);
    expect(readAll().faults).toEqual(faults);
  });

  it('takes nothing of the lines after it', () => {
    writeFileSync(join(cwd, '.env'), 'ACME_KEY：k\nA 1\nACME_SECRET=s\n');
    expect(readAll().environment).toEqual({ ACME_SECRET: 's' });
  });

  it('is said of the environment too', () => {
    expect(readAll({ ACME_SECRTE: 's', PATH: '/bin', ACME_KEY: '' }).faults).toEqual([
      { kind: 'unknown', name: 'ACME_SECRTE', nearest: 'ACME_SECRET' },
    ]);
  });
});
