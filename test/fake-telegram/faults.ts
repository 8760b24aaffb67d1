import type { Method } from './method-parameters.js';
import { Refusal, tooManyRequests } from './refusal.js';

/** What goes wrong with a call. */
export type Fault =
  /** Answers with this refusal; nothing is carried out. */
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** Answers with a page that is not JSON, as a proxy in front of Telegram does. */
  | { readonly kind: 'page'; readonly status: number }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Closes the connection; nothing is carried out. */
  | { readonly kind: 'reset' }
  /** Carries the call out, then closes the connection: the caller cannot know. */
  | { readonly kind: 'lost-answer' }
  /** Carries the call out and never answers. */
  | { readonly kind: 'late' }
  /** Waits before it carries the call out. */
  | { readonly kind: 'slow'; readonly delayMs: number };

/** `download` stands for fetching a file's content. */
export type FaultTarget = Method | 'download' | '*';

export interface FaultOptions {
  /** How many calls fail; 1 by default. */
  readonly times?: number;
  /** Restricts the fault to calls with such parameters, as they were sent. */
  readonly when?: (fields: Readonly<Record<string, unknown>>) => boolean;
}

export interface FaultHandle {
  /** How many calls have failed so far. */
  readonly count: () => number;
  readonly stop: () => void;
}

export interface Faults {
  /** Lets the next calls of a method fail; faults of the same method are used in the order of their planning. */
  readonly plan: (target: FaultTarget, fault: Fault, options?: FaultOptions) => FaultHandle;
  readonly take: (target: FaultTarget, fields: Readonly<Record<string, unknown>>) => Fault | undefined;
  readonly clear: () => void;
}

interface Planned {
  readonly target: FaultTarget;
  readonly fault: Fault;
  readonly when: NonNullable<FaultOptions['when']>;
  left: number;
  count: number;
}

export function createFaults(): Faults {
  let planned: Planned[] = [];
  const plan = (target: FaultTarget, fault: Fault, { times = 1, when = () => true }: FaultOptions = {}) => {
    const entry = { target, fault, when, left: times, count: 0 };
    planned.push(entry);
    const stop = () => {
      entry.left = 0;
    };
    return { count: () => entry.count, stop };
  };
  const take = (target: FaultTarget, fields: Readonly<Record<string, unknown>>) => {
    const entry = planned.find(
      (candidate) =>
        candidate.left > 0 &&
        (candidate.target === target || candidate.target === '*') &&
        candidate.when(fields),
    );
    if (!entry) return undefined;
    entry.left -= 1;
    entry.count += 1;
    return entry.fault;
  };
  const clear = () => {
    planned = [];
  };
  return { plan, take, clear };
}

/** A refusal with Telegram's prefix for the code, such as `Bad Request: chat not found`. */
export function refuse(code: number, description: string): Fault {
  return { kind: 'refuse', refusal: new Refusal(code, description) };
}

/** 429 with `retry_after`. */
export function throttled(retryAfterS: number): Fault {
  return { kind: 'refuse', refusal: tooManyRequests(retryAfterS) };
}
