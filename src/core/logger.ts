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

/** Replaces secrets by their value, wherever they stand; also in their percent-encoded form. */
export interface Redactor {
  readonly redact: (text: string) => string;
  /** Adds a secret that became known later, such as a fetched token. */
  readonly add: (secret: string) => void;
}

/** @param secrets values that are known from the start */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  let known: readonly string[] = [];
  const add = (secret: string) => {
    // Very short values would blank out ordinary text.
    if (secret.length < 4) return;
    // The longest first: one secret may begin another.
    known = [...new Set([...known, secret, encodeURIComponent(secret)])].sort((a, b) => b.length - a.length);
  };
  secrets.forEach(add);
  const redact = (text: string) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '[redacted]');
    return clean.replace(
      /\b(sign|access_token|client_secret|app_secret|refresh_token)=[^&\s"]+/gi,
      '$1=[redacted]',
    );
  };
  return { redact, add };
}

/** Of fields whose value is a secret whoever wrote it; an upstream's `sign` of a product or a link is none. */
const SECRET_FIELD = /^(access|refresh|session)_?token$|secret|password/i;

/** The same value with secrets replaced, in every text of it and in fields named after one. */
export function redactDeep(value: unknown, redact: Redactor['redact']): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => redactDeep(entry, redact));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      SECRET_FIELD.test(key) ? '[redacted]' : redactDeep(entry, redact),
    ]),
  );
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
