import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/core/errors.js';
import { createSingleFlight, type Takeoff } from '../../../src/core/lookup/single-flight.js';
import type { Lane } from '../../../src/core/permits/permits.js';

interface Started {
  readonly takeoff: Takeoff;
  readonly land: (value: string) => void;
  readonly crash: (error: Error) => void;
}

function setUp() {
  const flights = createSingleFlight<string>();
  const started: Started[] = [];
  const ask = (lane: Lane = 'interactive', signal?: AbortSignal) =>
    flights.run({
      key: 'k',
      lane,
      signal,
      work: (takeoff) =>
        new Promise((land, crash) => {
          started.push({ takeoff, land, crash });
        }),
    });
  return { ask, started };
}

describe('createSingleFlight', () => {
  it('does the work once for all who ask', async () => {
    const { ask, started } = setUp();
    const answers = [ask(), ask('batch'), ask()];
    started[0]?.land('x');
    expect(await Promise.all(answers)).toEqual(['x', 'x', 'x']);
    expect(started).toHaveLength(1);
  });

  it('forgets a failure', async () => {
    const { ask, started } = setUp();
    const first = ask();
    started[0]?.crash(new Error('down'));
    await expect(first).rejects.toThrow('down');
    const second = ask();
    started[1]?.land('up');
    expect(await second).toBe('up');
  });

  it('lets an interactive asker lead and a waiting batch follow', async () => {
    const { ask, started } = setUp();
    const batch = ask('batch');
    const chat = ask();
    expect(started).toHaveLength(2);
    expect(started[0]?.takeoff.signal.aborted).toBe(true);
    started[1]?.land('x');
    expect(await Promise.all([batch, chat])).toEqual(['x', 'x']);
  });

  it('lets an interactive asker join a batch that holds its permit', async () => {
    const { ask, started } = setUp();
    const batch = ask('batch');
    started[0]?.takeoff.depart();
    const chat = ask();
    expect(started).toHaveLength(1);
    started[0]?.land('x');
    expect(await Promise.all([batch, chat])).toEqual(['x', 'x']);
  });

  it('goes on while someone waits and stops when the last one has left', async () => {
    const { ask, started } = setUp();
    const [a, b] = [new AbortController(), new AbortController()];
    const answers = [ask('interactive', a.signal), ask('interactive', b.signal)].map((one) =>
      one.catch((e: Error) => e),
    );
    a.abort();
    expect(await answers[0]).toBeInstanceOf(CancelledError);
    expect(started[0]?.takeoff.signal.aborted).toBe(false);
    b.abort();
    expect(await answers[1]).toBeInstanceOf(CancelledError);
    expect(started[0]?.takeoff.signal.aborted).toBe(true);
  });

  it('leaves alone what has landed', async () => {
    const { ask, started } = setUp();
    const answer = ask();
    started[0]?.land('x');
    expect(await answer).toBe('x');
    expect(started[0]?.takeoff.signal.aborted).toBe(false);
  });

  it('keeps the leader flying for the batch when the interactive asker leaves', async () => {
    const { ask, started } = setUp();
    const chat = new AbortController();
    const batch = ask('batch');
    const gone = ask('interactive', chat.signal).catch((e: Error) => e);
    chat.abort();
    expect(await gone).toBeInstanceOf(CancelledError);
    expect(started[1]?.takeoff.signal.aborted).toBe(false);
    started[1]?.land('x');
    expect(await batch).toBe('x');
  });

  it('starts anew after everyone has left', async () => {
    const { ask, started } = setUp();
    const controller = new AbortController();
    const gone = ask('interactive', controller.signal).catch((e: Error) => e);
    controller.abort();
    await gone;
    const next = ask();
    started[1]?.land('x');
    expect(await next).toBe('x');
  });
});
