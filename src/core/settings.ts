import { ConfigError } from './errors.js';
import {
  parseAddress,
  parseDuration,
  parseFlag,
  parseProxy,
  parseQuota,
  parseTimeout,
  parseWholeNumber,
  type Quota,
} from './setting-parsers.js';

/** One environment variable, declared once, next to what uses it. */
export interface Setting<T> {
  readonly env: string;
  /** One sentence for documents and error messages. */
  readonly about: string;
  readonly example: string;
  /** @throws ConfigError with what is accepted; never repeats a secret */
  readonly parse: (text: string) => T;
  /** Must be set before the provider can be used. */
  readonly credential?: true;
  /** Redacted wherever it appears. */
  readonly secret?: true;
  /** Its value where it is not set. */
  readonly fallback?: T;
  /** The words that are accepted, where it is one of a few. */
  readonly choices?: readonly string[];
  /** Says where something is sent to: from a file it counts only together with the credentials sent there. */
  readonly isAddress?: true;
}

/** A group of settings by the names that the program uses. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;
/** The values that a group of settings is read to. */
export type ValuesOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

interface Described {
  readonly about: string;
  readonly example?: string;
}

/** Something that may be set, without white space around it. */
export function text(env: string, { about, example = '' }: Described): Setting<string | undefined> {
  return { env, about, example, parse: (value) => value.trim() };
}

/** A key or id that must be set; not secret by itself. */
export function credential(env: string, { about, example = '' }: Described): Setting<string> {
  return {
    env,
    about,
    example,
    parse: (text) => text.trim(),
    credential: true,
  };
}

/** A secret that must be set. */
export function secret(env: string, described: Described): Setting<string> {
  return { ...credential(env, described), secret: true };
}

/** A secret that may be set. */
export function optionalSecret(env: string, described: Described): Setting<string | undefined> {
  return { ...text(env, described), secret: true };
}

/** An http or https address with a default. */
export function address(
  env: string,
  fallback: string,
  { about, example = fallback }: Described,
): Setting<string> {
  return {
    env,
    about,
    example,
    parse: parseAddress,
    fallback,
    isAddress: true,
  };
}

/** A proxy that may be set; secret, since a password may stand in it. */
export function proxy(env: string, described: Described): Setting<string | undefined> {
  return { ...optionalSecret(env, described), parse: parseProxy };
}

/** Calls per window with a default, such as `100/60s`. */
export function quota(
  env: string,
  fallback: string,
  { about, example = fallback }: Described,
): Setting<Quota> {
  return {
    env,
    about,
    example,
    parse: parseQuota,
    fallback: parseQuota(fallback),
  };
}

/** A duration with a default, such as `5m`; its value is in milliseconds. */
export function duration(
  env: string,
  fallback: string,
  { about, example = fallback }: Described,
): Setting<number> {
  return {
    env,
    about,
    example,
    parse: parseDuration,
    fallback: parseDuration(fallback),
  };
}

/** How long something is waited for, such as `15s`; its value is in milliseconds. */
export function timeout(env: string, fallback: string, described: Described): Setting<number> {
  return { ...duration(env, fallback, described), parse: parseTimeout };
}

/** A duration that may be set, such as `600ms`; its value is in milliseconds. */
export function optionalDuration(
  env: string,
  { about, example = '600ms' }: Described,
): Setting<number | undefined> {
  return {
    env,
    about,
    example,
    parse: parseDuration,
  };
}

/** The pace of one process, which every provider lets its operator set. */
export function interval(env: string): Setting<number | undefined> {
  return optionalDuration(env, {
    about:
      'Least distance between two calls of this process, for upstreams that count bursts; unset for none',
  });
}

/** A whole number that may be set. */
export function wholeNumber(
  env: string,
  { about, example = '1000' }: Described,
): Setting<number | undefined> {
  return {
    env,
    about,
    example,
    parse: parseWholeNumber,
  };
}

/** A part of a whole, above 0 and at most 1. */
export function share(
  env: string,
  fallback: number,
  { about, example = String(fallback) }: Described,
): Setting<number> {
  const parse = (given: string): number => {
    const part = Number(given.trim());
    if (part > 0 && part <= 1) return part;
    throw new ConfigError('expects a number above 0 and at most 1, such as 0.2');
  };
  return { env, about, example, parse, fallback };
}

/** Something that is on or off; on by default. */
export function flagOn(env: string, { about }: Described): Setting<boolean> {
  return { env, about, example: '1', parse: parseFlag, fallback: true };
}

/** Something that is on or off; off by default. */
export function flag(env: string, { about }: Described): Setting<boolean> {
  return { env, about, example: '0', parse: parseFlag, fallback: false };
}

/** One of a few words; the first is the default. */
export function choice<const W extends readonly [string, ...string[]]>(
  env: string,
  words: W,
  { about, example = words[0] }: Described,
): Setting<W[number]> {
  const parse = (text: string): W[number] => {
    const word = words.find((known) => known === text.trim().toLowerCase());
    if (word === undefined) throw new ConfigError(`expects ${words.join(' or ')}`);
    return word;
  };
  return { env, about, example, parse, fallback: words[0], choices: words };
}
