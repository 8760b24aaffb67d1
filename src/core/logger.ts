import { listSecretForms } from './secret-forms.js';

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

/** Replaces secrets by their value, wherever and however encoded they stand. */
export type Redactor = ReturnType<typeof createRedactor>;

const MOST_LEARNED = 64;
const REDACTED = '[redacted]';

/**
 * What stands under a secret name in an address, a form or JSON, each of them possibly encoded a second time. The sign of
 * something else, such as `goods_sign`, is an id.
 */
const NAMED_SECRET =
  /((?<![a-z])(?:(?<!_)sign(?:ature)?|access_token|client_secret|app_secret|refresh_token)(?:=|%3D|\\*"\s*:\s*\\*"))(?!\[redacted])[^&\s"\\%]+/gi;

/** @param secrets values that are known from the start */
export function createRedactor(secrets: readonly string[] = []) {
  const learned = new Set<string>();
  let known = listSecretForms(secrets);
  // An answer that repeats its request is redacted field by field, each with the secrets of the same request.
  let recent = { own: secrets, forms: known };
  const listOwnForms = (own: readonly string[]) => {
    if (recent.own !== own) recent = { own, forms: listSecretForms(own) };
    return recent.forms;
  };
  return {
    /** @param own secrets of this text alone, such as the signature of the request that it answers */
    redact: (text: string, own: readonly string[] = []): string => {
      let clean = text;
      for (const form of own.length === 0 ? known : [...listOwnForms(own), ...known]) {
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
      known = listSecretForms([...secrets, ...learned]);
    },
  };
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
