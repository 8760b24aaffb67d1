import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createLogger,
  createRedactor,
  hideSecretFields,
  type LogLevel,
  redactDeep,
} from '../../src/core/logger.js';

function open(level: LogLevel, secrets: readonly string[] = []) {
  const lines: string[] = [];
  const log = createLogger({ level, redactor: createRedactor(secrets), write: (line) => lines.push(line) });
  return { log, lines };
}

describe('createLogger', () => {
  it.each<[LogLevel, string[]]>([
    ['silent', []],
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ])('writes at level %s', (level, written) => {
    const { log, lines } = open(level);
    for (const name of ['error', 'warn', 'info', 'debug'] as const) log[name]('x');
    expect(lines).toEqual(written.map((name) => `bijia ${name}: x`));
  });

  it('writes known fields behind the message', () => {
    const { log, lines } = open('info');
    log.info('answered', { status: 200, billed: undefined, detail: 'a "b"' });
    expect(lines).toEqual(['bijia info: answered status=200 detail="a \\"b\\""']);
  });

  it('hides what stands under a secret name, and a secret wherever it stands', () => {
    const { log, lines } = open('info', ['s3cret/+']);
    log.info('of s3cret/+', { sign: 'ABC', access_token: 'T', detail: 'key=s3cret%2F%2B' });
    expect(lines).toEqual([
      'bijia info: of [redacted] sign=[redacted] access_token=[redacted] detail="key=[redacted]"',
    ]);
  });

  it('keeps to one line, whatever an upstream says', () => {
    const { log, lines } = open('info');
    log.info('first\r\n  bijia error: forged', { detail: 'a\nb' });
    expect(lines).toEqual(['bijia info: first ⏎ bijia error: forged detail="a\\nb"']);
  });
});

describe('createRedactor', () => {
  it('removes a secret, plain and percent-encoded, from any text', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, unit: 'grapheme' }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          fc.pre(!'[redacted]'.includes(secret));
          const redact = createRedactor([secret]).redact;
          expect(redact(`${before} ${secret} ${after}`)).not.toContain(` ${secret} `);
          expect(redact(`x=${encodeURIComponent(secret)}&`)).toBe('x=[redacted]&');
        },
      ),
    );
  });

  it('learns secrets, and ignores those too short to be told from ordinary text', () => {
    const redactor = createRedactor();
    redactor.add('token-1');
    redactor.add('abc');
    expect(redactor.redact('token-1 abc')).toBe('[redacted] abc');
  });

  it('replaces the secrets of one text alone in that text alone, also between those of others', () => {
    const redactor = createRedactor(['known']);
    const [mine, theirs] = [['mine-1'], ['theirs-2']];
    const text = 'known mine-1 theirs-2 later-3';
    expect(redactor.redact(text, mine)).toBe('[redacted] [redacted] theirs-2 later-3');
    expect(redactor.redact(text, theirs)).toBe('[redacted] mine-1 [redacted] later-3');
    redactor.add('later-3');
    expect(redactor.redact(text, theirs)).toBe('[redacted] mine-1 [redacted] [redacted]');
    expect(redactor.redact(text, mine)).toBe('[redacted] [redacted] theirs-2 [redacted]');
    expect(redactor.redact(text)).toBe('[redacted] mine-1 theirs-2 [redacted]');
  });

  it('hides a longer secret as a whole, though a shorter one begins it', () => {
    expect(createRedactor(['token', 'token-of-mine']).redact('token-of-mine')).toBe('[redacted]');
  });

  it('hides what an address says under a secret name', () => {
    const text = 'https://x.example/?a=1&sign=AB12&access_token=T';
    expect(createRedactor().redact(text)).toBe(
      'https://x.example/?a=1&sign=[redacted]&access_token=[redacted]',
    );
  });
});

describe('createRedactor, of what is encoded more than once or for a page', () => {
  const secret = `t0k+en/9="'<&>%41`;
  const twice = (encode: (text: string) => string) => encode(encode(secret));
  const toJsonEscape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  it.each([
    ['percent-encoded twice', twice(encodeURIComponent)],
    ['escaped for JSON twice', twice((text) => JSON.stringify(text).slice(1, -1))],
    ['escaped for HTML by names', 't0k+en/9=&quot;&#39;&lt;&amp;&gt;%41'],
    ['escaped for HTML by numbers', 't0k&#43;en&#47;9&#61;&#34;&#39;&#60;&#38;&#62;&#37;41'],
    [
      'escaped for HTML by hexadecimal numbers',
      't0k&#x2B;en&#x2F;9&#x3D;&#x22;&#x27;&#x3C;&#x26;&#x3E;&#x25;41',
    ],
    ['percent-encoded three times', encodeURIComponent(twice(encodeURIComponent))],
    [
      'escaped for JSON three times',
      JSON.stringify(twice((text) => JSON.stringify(text).slice(1, -1))).slice(1, -1),
    ],
    ['escaped for HTML by what must be, by numbers', 't0k+en/9=&#34;&#39;&#60;&#38;&#62;%41'],
    ['escaped for HTML twice', 't0k+en/9=&amp;quot;&amp;#39;&amp;lt;&amp;amp;&amp;gt;%41'],
    ['percent-encoded and escaped for JSON', JSON.stringify(twice(encodeURIComponent)).slice(1, -1)],
    [
      'as escapes of JSON',
      JSON.stringify(secret)
        .slice(1, -1)
        .replace(/[^\w\\"]/g, toJsonEscape),
    ],
    ['in hex', Buffer.from(secret).toString('hex')],
    ['in hex, percent-encoded before', Buffer.from(encodeURIComponent(secret)).toString('hex').toUpperCase()],
  ])('removes a secret %s', (_how, text) => {
    expect(createRedactor([secret]).redact(`<b>${text}</b>`)).toBe('<b>[redacted]</b>');
  });
});

describe('createRedactor, of a text that is nothing but escapes', () => {
  it.each(['\\', '%25', '&amp;'])('such as %j, 100,000 times, still finds the secret behind them', (mark) => {
    const secrets = ['"quoted secret"', '%41&<secret>', '\\back\\slash'];
    const text = createRedactor(secrets).redact(mark.repeat(100_000) + secrets[1]);
    expect(text.slice(-20)).toBe(`${mark.repeat(20)}[redacted]`.slice(-20));
  });
});

describe('redactDeep', () => {
  it('replaces secrets in the names of fields too', () => {
    const { redact } = createRedactor(['top-secret']);
    const value = { 'a=1&sign=top-secret': [{ 'top-secret': 7 }] };
    expect(redactDeep(value, (text) => redact(text))).toEqual({
      'a=1&sign=[redacted]': [{ '[redacted]': 7 }],
    });
  });

  it('replaces secrets by value and by the name of their field, and leaves the sign of a product', () => {
    const { redact } = createRedactor(['top-secret']);
    const value = {
      list: ['a top-secret b', 7, null],
      access_token: 'x',
      goods_sign: 'Y9_1',
      deep: { password: 'p' },
    };
    expect(hideSecretFields(redactDeep(value, (text) => redact(text)))).toEqual({
      list: ['a [redacted] b', 7, null],
      access_token: '[redacted]',
      goods_sign: 'Y9_1',
      deep: { password: '[redacted]' },
    });
  });
});
