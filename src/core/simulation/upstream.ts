import { createHash } from 'node:crypto';

/** The contract of a simulated upstream: a provider's own wire, checked with code of its own. */
export interface SandboxUpstream {
  /** Names it in faults and logs: the provider's id. */
  readonly id: string;
  /** Path below the sandbox's origin that it owns, such as `/acme`. */
  readonly path: string;
  /** The variable that says its quota, and the quota when the variable is not set. */
  readonly quota: { readonly env: string; readonly fallback: string };
  /** Environment that points bijia at it. The app key begins with {@link SANDBOX_KEY_PREFIX}. */
  readonly environment: (origin: string, appKey: string) => Readonly<Record<string, string>>;
  /** Names of what holds an amount of money in its answers, for prices that move; without them they never do. */
  readonly amountFields?: readonly string[];
  /** Ids, links and shops worth trying, for documents and demonstrations. */
  readonly samples: readonly SandboxSample[];
  /** The short-link hosts it stands in for, and what they answer. */
  readonly shortLinks?: {
    readonly hosts: readonly string[];
    readonly open: (link: URL) => SandboxAnswer;
  };
  readonly create: (world: SandboxWorld) => SandboxHandler;
}

export interface SandboxSample {
  readonly kind: 'product' | 'shop' | 'short';
  /** An id, or a short link. */
  readonly id: string;
  /** What is special about it, one phrase. */
  readonly about: string;
}

/** What a simulated upstream may know of the world. */
export interface SandboxWorld {
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** The secret of an app key; undefined for a key that was never issued. */
  readonly secretOf: (appKey: string) => string | undefined;
  /** Life of tokens issued from now on, in milliseconds; undefined for the upstream's own. */
  readonly tokenLifeMs: () => number | undefined;
}

export interface SandboxRequest {
  readonly method: string;
  /** Below the upstream's path. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
}

/** Faults that change what an upstream says; those of the connection never reach it. */
export const ANSWER_FAULTS = [
  'throttled',
  'expired-token',
  'code',
  'not-found',
  'no-data',
  'empty-data',
  'unknown-method',
  'result-object',
  'result-broken',
  'missing-rows',
] as const;

export interface AnswerFault {
  readonly kind: (typeof ANSWER_FAULTS)[number];
  /** With kind `code`: which code of the upstream's table. */
  readonly code?: string;
}

/** One request, understood. Reading it changes nothing. */
export interface SandboxCall {
  /** The upstream's method name, or `token`. */
  readonly name: string;
  /** The ids asked for. */
  readonly ids: readonly string[];
  /** Who shares the quota; absent for calls that the upstream does not count. */
  readonly group?: string;
  readonly answer: (fault?: AnswerFault) => SandboxAnswer;
}

export interface SandboxAnswer {
  readonly status: number;
  /** Text is sent as it is, everything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SandboxHandler {
  readonly read: (request: SandboxRequest) => SandboxCall;
  /** Lets every token that was issued so far run out now. */
  readonly expireTokens?: () => void;
}

/** Keys of simulated applications begin so; no key of a real one does. */
export const SANDBOX_KEY_PREFIX = 'sandbox-';

/** A value that only sandboxes and those who know the key can compute: the same in every process. */
export function deriveSandboxSecret(appKey: string, purpose = 'secret'): string {
  return createHash('sha256').update(`bijia sandbox ${purpose} ${appKey}`).digest('hex').slice(0, 32);
}

/** Sends the caller on to another address. */
export const redirect = (location: string): SandboxAnswer => ({
  status: 302,
  body: '',
  headers: { location },
});

/** Draws that follow from a seed alone. */
export type Dice = ReturnType<typeof createDice>;

/** The same seed gives the same draws in every process: FNV-1a into mulberry32. */
export function createDice(seed: string) {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  /** From 0 to below 1. */
  const roll = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    roll,
    /** A whole number, both ends included. */
    whole: (from: number, to: number) => from + Math.floor(roll() * (to - from + 1)),
    pick: <T>(items: readonly [T, ...T[]]): T => items[Math.floor(roll() * items.length)] ?? items[0],
    chance: (probability: number) => roll() < probability,
  };
}

const DIGITS_MARK = '\u0001digits:';

/** Stands for a JSON number of any length, which a JavaScript number could not hold exactly. */
export function digits(id: string): string {
  return `${DIGITS_MARK}${id}`;
}

/** JSON text in which {@link digits} are numbers. */
export function toSandboxJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"\\u0001digits:(\d+)"/g, '$1');
}
