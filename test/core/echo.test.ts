import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { formatResult } from '../../src/core/index.js';
import type { HttpRequest } from '../../src/core/provider.js';
import { listSecrets, type OpenedCase, openProviderCase, providerCases } from '../helpers/provider-cases.js';

let opened: OpenedCase | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

type Form = (request: string) => string;

/** How a gateway may send a request back in its complaint. */
const FORMS: Readonly<Record<string, Form>> = {
  plain: (text) => text,
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'escaped for JSON': (text) => JSON.stringify(text).slice(1, -1),
  'escaped for JSON twice': (text) => JSON.stringify(JSON.stringify(text)).slice(1, -1),
  'percent-encoded three times': (text) => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
  'escaped for JSON three times': (text) => JSON.stringify(JSON.stringify(JSON.stringify(text))).slice(1, -1),
  'percent-encoded, escaped for JSON and for HTML': (text) =>
    JSON.stringify(encodeURIComponent(text)).replace(/["&<>'=/]/g, (char) => `&#${char.charCodeAt(0)};`),
  'as hex': (text) => Buffer.from(text).toString('hex'),
  'as JSON': (text) => JSON.stringify(Object.fromEntries(new URLSearchParams(text.split(/[?\n]/).at(-1)))),
  Base64: (text) => Buffer.from(text).toString('base64'),
  'Base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  'Base64, percent-encoded': (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
};

/** The request, or only what is secret in it: messages are cut, and the cut must not save a fault. */
const format = ({ url, headers, body }: HttpRequest, isWhole: boolean) => {
  const whole = `${JSON.stringify(headers ?? {})} ${url}\n${body ?? ''}`;
  return isWhole ? whole : (whole.match(/\b[0-9a-f]{32,}\b/gi) ?? []).join('&sign=');
};

/** Every text of the answer that is written by people, with the echo behind it. */
function decorate(text: string, echo: string): string {
  const tail = JSON.stringify(echo).slice(1, -1);
  return text.replace(/"((?:[^"\\]|\\.)*)"/g, (whole, inner: string) =>
    /\p{Script=Han}/u.test(inner) ? `"${inner}${tail}"` : whole,
  );
}

/** Every place in which an upstream of ours may put a message. */
function complain(message: string): string {
  const refusal = { code: '15', msg: message, zh_desc: message, en_desc: message };
  return JSON.stringify({ code: 400, msg: message, message, data: message, error_response: refusal });
}

/** An answer whose very names are what was asked: what a parser of forms makes of a body that is none. */
const nameFields = (text: string, name: string) =>
  JSON.stringify({ [name]: '', ...JSON.parse(text), [`${name}=`]: name });

const PLACES: Readonly<Record<string, (text: string, echo: string) => string>> = {
  'in its complaint': (_text, echo) => complain(echo),
  'in the texts of a product': decorate,
  'as names of fields, beside the product': nameFields,
  'as names of fields, and nothing else': (_text, echo) => nameFields('{}', echo),
};

/** What somebody reads who decodes everything that looks like hex, or like Base64, wherever it may begin. */
function decode(text: string): string {
  const runs =
    decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '')).match(/[A-Za-z0-9+/_-]{24,}/g) ?? [];
  const read = runs.flatMap((run) =>
    [0, 1, 2, 3].map((skipped) => Buffer.from(run.slice(skipped), 'base64')),
  );
  const hex = (text.match(/(?:[0-9a-f]{2}){12,}/gi) ?? []).map((run) => Buffer.from(run, 'hex'));
  return [...read, ...hex].map(String).join('\n');
}

describe.each(providerCases)('$title', (provided) => {
  it.each(Object.keys(FORMS))(
    'keeps its secrets from an upstream that sends back the request, %s',
    async (name) => {
      const one = await openProviderCase(provided);
      opened = one;
      const { core, sent, log, productId, options } = one;
      await core.get(productId, options);
      const secrets = listSecrets(provided, one.environment);
      await fc.assert(
        fc.asyncProperty(
          fc.nat(260),
          fc.boolean(),
          fc.constantFrom(...Object.keys(PLACES)),
          async (padding, isWhole, place) => {
            one.rewrite((text, request) => {
              const echo = 'a'.repeat(padding) + FORMS[name]?.(format(request, isWhole));
              return PLACES[place]?.(text, echo) ?? text;
            });
            const [result] = await core.get(productId, { ...options, fresh: true, raw: true });
            const { error } = result ?? {};
            const said = [
              ...log.splice(0),
              JSON.stringify(result && formatResult(result)),
              ...[error?.message, error?.detail, error?.stack, JSON.stringify(result)],
            ].join('\n');
            const last = sent.at(-1);
            const signatures = `${last?.url} ${last?.body}`.match(/\b[0-9a-f]{32,}\b/gi) ?? [];
            expect(signatures.length).toBeGreaterThan(0);
            const readable = said + decode(said);
            for (const secret of [...secrets, ...signatures]) expect(readable).not.toContain(secret);
          },
        ),
        { numRuns: 12 },
      );
    },
  );
});
