/** What to look for in a text to find a secret in it. */
export type SecretForm = string | RegExp;

/** Very short values would blank out ordinary text. */
const SHORTEST_SECRET = 4;
/** Base64 and hex of less stand in many a text by chance. */
const SHORTEST_ENCODED = 8;

/** The forms in which these may stand in a text, the longest first: one secret may begin another. */
export function listSecretForms(secrets: readonly string[]): readonly SecretForm[] {
  const forms = new Map<string, SecretForm>();
  const kept = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST_SECRET);
  for (const secret of kept.sort((one, other) => other.length - one.length)) {
    for (const form of listForms(secret)) forms.set(String(form), form);
  }
  return [...forms.values()].sort((one, other) => measure(other) - measure(one));
}

/** A pattern stands for a text that is at least as long as the secret, and is longer than it as written. */
const measure = (form: SecretForm) => (typeof form === 'string' ? form.length : form.source.length);

function listForms(secret: string): SecretForm[] {
  const percent = encodeURIComponent(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const texts = new Set([secret, percent, percent.replaceAll('%20', '+'), json, json.replaceAll('/', '\\/')]);
  const escaped = /^\w+$/.test(secret) ? secret : toPattern(secret);
  return [escaped, ...[...texts].flatMap((text) => [...listBase64Forms(text), ...listHexForms(text)])];
}

/** The secret, each character of it as it is or escaped for addresses, JSON or HTML, and that several times over. */
function toPattern(secret: string): RegExp {
  return new RegExp([...secret].map((char) => (/\w/.test(char) ? char : listEscapes(char))).join(''), 'g');
}

const HTML_NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};
// Bounded: a text of nothing but escapes must not be read again from each of them.
const IN_ADDRESS = '%(?:25){0,7}';
const IN_HTML = '&(?:amp;){0,7}';
const BACKSLASHES = '\\\\{0,31}';
const SOME_BACKSLASHES = '\\\\{1,31}';

function listEscapes(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const bytes = [...Buffer.from(char)].map(
    (byte) => IN_ADDRESS + toHexPattern(byte.toString(16).padStart(2, '0')),
  );
  const units = Array.from(char.split(''), (unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  const name = HTML_NAMES[char];
  const plain = char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
  const ways = [
    bytes.join(''),
    units.map((unit) => `${SOME_BACKSLASHES}u${toHexPattern(unit)}`).join(''),
    `${IN_HTML}#0{0,7}${code};`,
    `${IN_HTML}#[xX]0{0,7}${toHexPattern(code.toString(16))};`,
    ...(name === undefined ? [] : [`${IN_HTML}${name};`]),
    ...(char === ' ' ? ['\\+'] : []),
    // The last: % begins what it is written as, and so does &.
    char === '\\' ? SOME_BACKSLASHES : BACKSLASHES + plain,
  ];
  return `(?:${ways.join('|')})`;
}

/** In capitals or not. */
const toHexPattern = (digits: string) =>
  digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

function listHexForms(text: string): string[] {
  const hex = Buffer.from(text).toString('hex');
  return hex.length < SHORTEST_ENCODED ? [] : [hex, hex.toUpperCase()];
}

/**
 * What is left of a secret in Base64, wherever in the encoded text it begins. Base64 encodes three bytes by four
 * characters, so there are three ways; the characters at either end that neighbours have a part in are left out. Of
 * `abcdef` these are `YWJjZGVm` (it begins a group), `FiY2RlZ` and `hYmNkZW` (one or two bytes stand before it).
 */
function listBase64Forms(secret: string): string[] {
  const size = Buffer.byteLength(secret);
  const ways = [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + secret)
      .toString('base64')
      .replace(/=+$/, '');
    return encoded.slice(before === 0 ? 0 : before + 1, (before + size) % 3 === 0 ? undefined : -1);
  });
  const urlSafe = ways.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [...ways, ...urlSafe, ...ways.map(encodeURIComponent)].filter(
    ({ length }) => length >= SHORTEST_ENCODED,
  );
}
