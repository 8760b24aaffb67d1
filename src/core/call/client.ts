import type { HttpRequest } from '../provider.js';
import type { ProxySettings } from './proxy-settings.js';

/** Upstream answers are some hundred kilobytes at the most; more is a fault or an attack. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** To one host. */
export const CONNECTIONS = 128;
/** How long a connection without calls stays open. */
export const KEEP_ALIVE_MS = 30_000;

/** What brings the bytes of a call to an upstream and back. */
export interface Client {
  /**
   * Brings the whole answer. Puts nothing on the wire whose time is over, which timers alone do not see to: a process
   * that was stopped while it connected finds the connection first, and would send what all others count as answered
   * long ago.
   * @throws what the connection failed of, or what the signal was aborted with
   */
  readonly exchange: (message: HttpRequest, signal: AbortSignal) => Promise<BareAnswer>;
  /** Ends what is under way with this error. */
  readonly close: (reason: Error) => Promise<void>;
}

export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As they came, perhaps compressed. */
  readonly bytes: Uint8Array;
}

export interface ClientOptions {
  readonly timeoutMs: number;
  readonly proxy?: ProxySettings;
  /** Monotonic clock, milliseconds. */
  readonly monotonicNow: () => number;
}

/** What every client asks for, unless the call says otherwise. */
export const toHeaders = ({ headers }: HttpRequest): Record<string, string> => ({
  accept: 'application/json',
  ...headers,
});
