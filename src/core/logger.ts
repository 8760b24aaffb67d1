/** How much is logged: each level includes those before it. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Writes to the operator. Messages are redacted by value and by key before they leave. */
export interface Logger {
  readonly error: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly debug: (message: string, fields?: LogFields) => void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

const LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];
const SECRET_KEY = /secret|token|sign|password|authorization|cookie/i;

/** Replaces secrets by their value, wherever they stand: plain, percent-encoded, escaped for JSON or HTML, or in Base64. */
export type Redactor = ReturnType<typeof createRedactor>;

/** Very short values would blank out ordinary text. */
const SHORTEST_SECRET = 4;
const MOST_LEARNED = 64;
const REDACTED = '[redacted]';

/**
 * What stands under a secret name in an address, a form or JSON, each of them possibly encoded once more. The sign of
 * something else, such as `goods_sign`, is an id.
 */
const NAMED_SECRET =
  /((?<![a-z])(?:(?<!_)sign(?:ature)?|access_token|client_secret|app_secret|refresh_token)(?:=|%3D|\\*"\s*:\s*\\*"))(?!\[redacted])[^&\s"\\%]+/gi;

/** @param secrets values that are known from the start */
export function createRedactor(secrets: readonly string[] = []) {
  const learned = new Set<string>();
  let known = sortForms(secrets);
  return {
    /** @param own secrets of this text alone, such as the signature of the request that it answers */
    redact: (text: string, own: readonly string[] = []): string => {
      let clean = text;
      for (const form of own.length === 0 ? known : [...sortForms(own), ...known]) {
        clean = clean.replaceAll(form, REDACTED);
      }
      return clean.replace(NAMED_SECRET, `$1${REDACTED}`);
    },
    /** Adds a secret that became known later, such as a fetched token. Those of long ago, which have run out, are forgotten. */
    add: (secret: string): void => {
      learned.delete(secret);
      learned.add(secret);
      const [oldest] = learned;
      if (learned.size > MOST_LEARNED && oldest !== undefined) learned.delete(oldest);
      known = sortForms([...secrets, ...learned]);
    },
  };
}

/** The longest first: one secret may begin another. */
function sortForms(secrets: readonly string[]): readonly string[] {
  const forms = secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(listForms);
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

function listForms(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const texts = [secret, percent, percent.replaceAll('%20', '+'), json, json.replaceAll('/', '\\/')];
  const forms = [...texts, ...listTwiceEncoded(percent, json), ...listHtmlForms(secret)];
  forms.push(percent.replace(/%../g, (code) => code.toLowerCase()));
  return [...forms, ...[...new Set(texts)].flatMap(listBase64Forms)];
}

/** An address in an address, and JSON in JSON. */
const listTwiceEncoded = (percent: string, json: string) => [
  encodeURIComponent(percent),
  JSON.stringify(json).slice(1, -1),
];

const HTML_NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };

/** As pages of errors write it: what HTML has names for, or all that is neither letter nor digit. */
function listHtmlForms(secret: string): string[] {
  const decimal = (char: string) => `&#${char.codePointAt(0)};`;
  const hex = (char: string) => `&#x${char.codePointAt(0)?.toString(16).toUpperCase()};`;
  const named = secret.replace(/[&<>"']/g, (char) => (HTML_NAMES[char] ? `&${HTML_NAMES[char]};` : '&#39;'));
  return [
    named,
    named.replaceAll('&#39;', '&#x27;'),
    secret.replace(/[^\w.-]/gu, decimal),
    secret.replace(/[^\w.-]/gu, hex),
  ];
}

/** Too short, and it stands in many a text by chance. */
const SHORTEST_BASE64 = 8;

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
    ({ length }) => length >= SHORTEST_BASE64,
  );
}

/**
 * The same value with secrets replaced in every text of it, names of fields among them: a parser that takes a body for a
 * form makes names of it. `name` is that of the field which holds the text, empty for a name itself.
 */
export function redactDeep(
  value: unknown,
  redact: (text: string, name: string) => string,
  name = '',
): unknown {
  if (typeof value === 'string') return redact(value, name);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => redactDeep(entry, redact, name));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [redact(key, ''), redactDeep(entry, redact, key)]),
  );
}

/** Names of fields whose value is a secret, no matter who wrote it; an upstream's `sign` of a product or a link is not. */
const SECRET_FIELD = /^(access|refresh|session)_?token$|secret|password/i;

/** The same value without what stands in fields named after a secret. */
export function hideSecretFields(value: unknown): unknown {
  return redactDeep(value, (text, name) => (SECRET_FIELD.test(name) ? REDACTED : text));
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly redactor: Redactor;
  /** Receives one finished line without its end. */
  readonly write: (line: string) => void;
}

export function createLogger({ level, redactor, write }: LoggerOptions): Logger {
  const at =
    (lineLevel: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LEVELS.indexOf(lineLevel) > LEVELS.indexOf(level)) return;
      const pairs = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => ` ${key}=${SECRET_KEY.test(key) ? '[redacted]' : JSON.stringify(value)}`);
      const line = `bijia ${lineLevel}: ${message}${pairs.join('')}`;
      write(redactor.redact(line).replace(/[\r\n]+\s*/g, ' ⏎ '));
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
