import { expect, it } from 'vitest';
import { createReport, type ReportFacts } from '../../../src/core/doctor/report.js';
import { address, credential, proxy, secret } from '../../../src/core/settings.js';

const SETTINGS = {
  key: credential('ACME_KEY', { about: 'key' }),
  secret: secret('ACME_SECRET', { about: 'secret' }),
  url: address('ACME_URL', 'https://api.acme.example', { about: 'address' }),
  httpsProxy: proxy('HTTPS_PROXY', { about: 'proxy' }),
};

/** A report in which one check repeats this text. */
function report(text: string, environment: ReportFacts['environment']) {
  const both = { en: text, zh: text };
  return createReport({
    ...{ version: '1.0.0', nodeVersion: '22.0.0', platform: 'linux', atMs: 0, homeDir: '/home/ann' },
    environment,
    readFile: (path) => `${path.split('/').at(-1)}-value\n`,
    settings: [SETTINGS],
    checks: [{ area: 'acme', name: both, status: 'problem', found: both }],
  });
}

it.each([
  ['by themselves', { ACME_KEY: 'key-value', ACME_SECRET: 'secret-value' }],
  ['in files', { ACME_KEY_FILE: '/run/secrets/key', ACME_SECRET_FILE: '/run/secrets/secret' }],
])('names a key and a secret instead of showing them, where they are set %s', (_, environment) => {
  const { checks } = report('key-value signed with secret-value', environment);
  expect(checks[0]?.found).toBe('[ACME_KEY] signed with [ACME_SECRET]');
});

it('takes a proxy whose variable is in small letters for set, and does not show it', () => {
  const { checks, settings } = report('no answer of http://ann:pass@proxy:3128 in /home/ann', {
    https_proxy: 'http://ann:pass@proxy:3128',
  });
  expect(checks[0]?.found).toBe('no answer of [HTTPS_PROXY] in ~');
  expect(settings).toEqual({ HTTPS_PROXY: 'set' });
});

it('shows what is set where it has a default, and of all else only that it is set', () => {
  expect(report('', { ACME_KEY: 'key-value', ACME_URL: 'http://127.0.0.1:1' }).settings).toEqual({
    ACME_KEY: 'set',
    ACME_URL: 'http://127.0.0.1:1',
  });
  expect(report('', { ACME_KEY_FILE: '/run/secrets/key' }).settings).toEqual({ ACME_KEY: 'set by file' });
});
