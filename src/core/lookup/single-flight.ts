import { BoundError, CancelledError, ThrottledError } from '../errors.js';
import type { Lane } from '../permits/permits.js';

/** What the work of a flight is given, and what it reports. */
export interface Takeoff {
  /** Fires when the last one who waits has left, or another flight has taken over. */
  readonly signal: AbortSignal;
  /** To be called when a permit is asked for, the first one or another. */
  readonly queue: () => void;
  /** To be called with the expected wait for that permit. */
  readonly wait: (waitMs: number) => void;
  /** To be called when the permit is held. */
  readonly depart: () => void;
}

export interface FlightRequest<T> {
  readonly key: string;
  readonly lane: Lane;
  readonly signal?: AbortSignal;
  /** Called with the expected wait, also when another caller leads the flight; if it throws, this caller leaves. */
  readonly onWait?: (waitMs: number) => void;
  readonly work: (takeoff: Takeoff) => Promise<T>;
}

/**
 * Joins identical work. An interactive caller joins a batch's flight only while that holds a permit; else it leads a
 * new one, and the batch's callers join that: chat must not wait at the pace of a batch.
 *
 * Example: a batch wants a product and waits for a permit, when a person asks for the same one. The person's flight takes
 * over; the batch's call is given up, which has not left, and one answer goes to both. Had the batch held its permit by then,
 * the person would have joined it.
 *
 * What befalls the leader is not always true of those who joined. A pause refuses an interactive leader, while a
 * batch would sit it out; a bound on calls is the leader's own. Then the others start again, led by one of them.
 */
export interface SingleFlight<T> {
  /** @throws what the work throws; CancelledError when the caller's own signal fires */
  readonly run: (request: FlightRequest<T>) => Promise<T>;
}

/** Someone who waits. */
interface Caller<T> {
  readonly request: FlightRequest<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Flight<T> {
  readonly leader: Caller<T>;
  readonly lane: Lane;
  readonly callers: Set<Caller<T>>;
  readonly controller: AbortController;
  hasPermit: boolean;
  /** When the permit should come, by the monotonic clock; absent when nobody said. */
  permitAtMs?: number;
}

/** Abort with a constant: constructing an AbortError costs more than the rest of a flight. */
const LEFT = 'left';

/** @param monotonicNow milliseconds */
export function createSingleFlight<T>(monotonicNow: () => number): SingleFlight<T> {
  return new Flights<T>(monotonicNow);
}

/** All who wait for one key are on one flight, the one that stands in the map. */
class Flights<T> implements SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();
  readonly #monotonicNow: () => number;

  constructor(monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow;
  }

  run(request: FlightRequest<T>): Promise<T> {
    const { key, signal } = request;
    if (signal?.aborted) return Promise.reject(new CancelledError());
    let abandon = (): void => undefined;
    const answer = new Promise<T>((resolve, reject) => {
      const caller: Caller<T> = { request, resolve, reject };
      abandon = () => {
        const flight = this.#flights.get(key);
        if (flight) this.#leave(flight, caller);
        reject(new CancelledError());
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#board(caller);
    });
    return signal ? answer.finally(() => signal.removeEventListener('abort', abandon)) : answer;
  }

  #board(caller: Caller<T>): void {
    const { key, lane } = caller.request;
    const current = this.#flights.get(key);
    if (current && (current.hasPermit || current.lane === 'interactive' || lane === 'batch')) {
      this.#join(current, caller);
      return;
    }
    const flight = this.#open(caller);
    if (!current) return;
    for (const other of current.callers) this.#join(flight, other);
    current.callers.clear();
    current.controller.abort(LEFT);
  }

  #open(leader: Caller<T>): Flight<T> {
    const { key, lane, work } = leader.request;
    const controller = new AbortController();
    const flight: Flight<T> = { leader, lane, callers: new Set([leader]), controller, hasPermit: false };
    this.#flights.set(key, flight);
    work(this.#createTakeoff(flight)).then(
      (value) => this.#land(flight, ({ resolve }) => resolve(value)),
      (error: unknown) =>
        this.#land(flight, (caller) => {
          if (isSharedBy(caller, flight, error)) caller.reject(error);
          else this.#board(caller);
        }),
    );
    return flight;
  }

  #join(flight: Flight<T>, caller: Caller<T>): void {
    flight.callers.add(caller);
    const { permitAtMs } = flight;
    if (permitAtMs !== undefined) this.#tell(flight, caller, permitAtMs - this.#monotonicNow());
  }

  #tell(flight: Flight<T>, caller: Caller<T>, waitMs: number): void {
    try {
      caller.request.onWait?.(Math.max(1, Math.ceil(waitMs)));
    } catch (error) {
      caller.reject(error);
      this.#leave(flight, caller);
    }
  }

  #leave(flight: Flight<T>, caller: Caller<T>): void {
    if (!flight.callers.delete(caller) || flight.callers.size > 0) return;
    this.#close(flight);
    flight.controller.abort(LEFT);
  }

  #land(flight: Flight<T>, settle: (caller: Caller<T>) => void): void {
    this.#close(flight);
    const callers = [...flight.callers];
    flight.callers.clear();
    callers.forEach(settle);
  }

  #close(flight: Flight<T>): void {
    const { key } = flight.leader.request;
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  #createTakeoff(flight: Flight<T>): Takeoff {
    return {
      signal: flight.controller.signal,
      queue: () => {
        if (!flight.hasPermit) return;
        flight.hasPermit = false;
        if (flight.lane === 'batch') this.#sendChatAhead(flight);
      },
      wait: (waitMs) => {
        flight.permitAtMs = this.#monotonicNow() + waitMs;
        for (const caller of [...flight.callers]) this.#tell(flight, caller, waitMs);
      },
      depart: () => {
        flight.hasPermit = true;
        delete flight.permitAtMs;
      },
    };
  }

  /** Interactive callers who joined a batch that now waits again: the first of them leads, all others follow. */
  #sendChatAhead(flight: Flight<T>): void {
    for (const caller of [...flight.callers]) {
      if (caller.request.lane === 'interactive' && flight.callers.delete(caller)) this.#board(caller);
    }
  }
}

/** Whether a leader's failure is the caller's, too. */
function isSharedBy<T>(caller: Caller<T>, { leader, lane }: Flight<T>, error: unknown): boolean {
  if (caller === leader) return true;
  if (error instanceof BoundError) return false;
  const isPause = error instanceof ThrottledError && !error.stopsBatch;
  return !(isPause && lane === 'interactive' && caller.request.lane === 'batch');
}
