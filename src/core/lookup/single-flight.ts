import { abandonOnAbort } from '../call/abort.js';
import type { Lane } from '../permits/permits.js';

/** What the work of a flight is given. */
export interface Takeoff {
  /** Fires when the last one who waits has left, or another flight has taken over. */
  readonly signal: AbortSignal;
  /** To be called when the permit is held. */
  readonly depart: () => void;
}

export interface FlightRequest<T> {
  readonly key: string;
  readonly lane: Lane;
  readonly signal?: AbortSignal;
  readonly work: (takeoff: Takeoff) => Promise<T>;
}

/**
 * Joins identical work. An interactive asker joins only a flight that holds its permit already; else it leads a
 * new one and the batch joins that: chat must not wait at the pace of a batch.
 */
export interface SingleFlight<T> {
  /** @throws what the work throws; CancelledError when the asker's own signal fires */
  readonly run: (request: FlightRequest<T>) => Promise<T>;
}

interface Flight<T> {
  readonly lane: Lane;
  readonly result: Promise<T>;
  departed: boolean;
  join(): void;
  leave(): void;
  follow(leader: Flight<T>): void;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  const open = (request: FlightRequest<T>): Flight<T> => {
    const flight = createFlight(request, () => {
      if (flights.get(request.key) === flight) flights.delete(request.key);
    });
    flights.set(request.key, flight);
    return flight;
  };

  const board = (request: FlightRequest<T>): Flight<T> => {
    const current = flights.get(request.key);
    if (!current) return open(request);
    if (current.departed || current.lane === 'interactive' || request.lane === 'batch') return current;
    const leader = open(request);
    current.follow(leader);
    return leader;
  };

  return {
    run: async (request) => {
      const flight = board(request);
      flight.join();
      try {
        return await abandonOnAbort(flight.result, request.signal);
      } finally {
        flight.leave();
      }
    },
  };
}

function createFlight<T>({ lane, work }: FlightRequest<T>, onEnd: () => void): Flight<T> {
  const controller = new AbortController();
  const { promise, resolve, reject } = createDeferred<T>();
  let waiting = 0;
  let isOver = false;
  let leader: Flight<T> | undefined;
  const flight: Flight<T> = {
    lane,
    result: promise,
    departed: false,
    join: () => {
      waiting += 1;
    },
    leave: () => {
      waiting -= 1;
      if (waiting > 0) return;
      onEnd();
      leader?.leave();
      // Making the reason of an abort costs more than the rest of a flight.
      if (!isOver) controller.abort();
    },
    follow: (next) => {
      leader = next;
      next.join();
      next.result.then(resolve, reject);
      controller.abort();
    },
  };
  const depart = () => {
    flight.departed = true;
  };
  work({ signal: controller.signal, depart })
    .finally(() => {
      isOver = true;
      onEnd();
    })
    .then(
      (value) => !leader && resolve(value),
      (error: unknown) => !leader && reject(error),
    );
  return flight;
}

function createDeferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // Everyone may have left by the time it fails.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
