import { describe, expect, it } from 'vitest';
import { BoundError, CancelledError, ThrottledError } from '../../../src/core/errors.js';
import { createSingleFlight, type Takeoff } from '../../../src/core/lookup/single-flight.js';
import type { Lane } from '../../../src/core/permits/permits.js';

interface Started {
  readonly takeoff: Takeoff;
  readonly land: (value: string) => void;
  readonly crash: (error: Error) => void;
}

function setUp() {
  const world = { nowMs: 0 };
  const flights = createSingleFlight<string>(() => world.nowMs);
  const started: Started[] = [];
  const ask = (lane: Lane = 'interactive', signal?: AbortSignal, onWait?: (waitMs: number) => void) =>
    flights.run({
      key: 'k',
      lane,
      signal,
      onWait,
      work: (takeoff) =>
        new Promise((land, crash) => {
          started.push({ takeoff, land, crash });
        }),
    });
  return { world, ask, started };
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

  it('lets an interactive caller lead and a waiting batch follow', async () => {
    const { ask, started } = setUp();
    const batch = ask('batch');
    const chat = ask();
    expect(started).toHaveLength(2);
    expect(started[0]?.takeoff.signal.aborted).toBe(true);
    started[1]?.land('x');
    expect(await Promise.all([batch, chat])).toEqual(['x', 'x']);
  });

  it('lets an interactive caller join a batch that holds its permit', async () => {
    const { ask, started } = setUp();
    const batch = ask('batch');
    started[0]?.takeoff.depart();
    const chat = ask();
    expect(started).toHaveLength(1);
    started[0]?.land('x');
    expect(await Promise.all([batch, chat])).toEqual(['x', 'x']);
  });

  it('continues while someone waits and stops when the last one has left', async () => {
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

  it('keeps the leader flying for the batch when the interactive caller leaves', async () => {
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

  it('starts again after everyone has left', async () => {
    const { ask, started } = setUp();
    const controller = new AbortController();
    const gone = ask('interactive', controller.signal).catch((e: Error) => e);
    controller.abort();
    await gone;
    const next = ask();
    started[1]?.land('x');
    expect(await next).toBe('x');
  });

  it('starts nothing for someone who has left already', async () => {
    const { ask, started } = setUp();
    await expect(ask('interactive', AbortSignal.abort())).rejects.toThrow(CancelledError);
    expect(started).toHaveLength(0);
  });

  it('tells everyone who joins how long is left to wait, and of every new wait', async () => {
    const { world, ask, started } = setUp();
    const told: [string, number][] = [];
    const tell = (name: string) => (waitMs: number) => void told.push([name, waitMs]);
    const first = ask('interactive', undefined, tell('first'));
    started[0]?.takeoff.wait(4000);
    world.nowMs += 1000;
    const second = ask('interactive', undefined, tell('second'));
    started[0]?.takeoff.depart();
    const late = ask('interactive', undefined, tell('late'));
    started[0]?.takeoff.queue();
    started[0]?.takeoff.wait(500);
    started[0]?.land('x');
    expect(await Promise.all([first, second, late])).toEqual(['x', 'x', 'x']);
    expect(told).toEqual([
      ['first', 4000],
      ['second', 3000],
      ...['first', 'second', 'late'].map((name) => [name, 500]),
    ]);
  });

  it('sends away only the one who does not want to wait', async () => {
    const { ask, started } = setUp();
    const patient = ask();
    const hasty = ask('interactive', undefined, () => {
      throw new ThrottledError('no time');
    });
    started[0]?.takeoff.wait(4000);
    await expect(hasty).rejects.toThrow('no time');
    expect(started[0]?.takeoff.signal.aborted).toBe(false);
    started[0]?.land('x');
    expect(await patient).toBe('x');
  });

  it('lets an interactive caller leave a batch that waits for another permit, and the batch follow', async () => {
    const { ask, started } = setUp();
    const batch = ask('batch');
    started[0]?.takeoff.depart();
    const chat = ask();
    started[0]?.takeoff.queue();
    expect(started).toHaveLength(2);
    const late = ask();
    started[1]?.land('x');
    expect(await Promise.all([batch, chat, late])).toEqual(['x', 'x', 'x']);
    expect(started).toHaveLength(2);
  });

  it('hands the pause that refuses a chat to no batch: it goes back to its own lane', async () => {
    const { ask, started } = setUp();
    const batch = ask('batch');
    const chats = [ask(), ask()];
    started[1]?.crash(new ThrottledError('paused'));
    for (const chat of chats) await expect(chat).rejects.toThrow('paused');
    expect(started).toHaveLength(3);
    started[2]?.land('x');
    expect(await batch).toBe('x');
  });

  it('keeps a bound to the one whose bound it is', async () => {
    const { ask, started } = setUp();
    const [bounded, other] = [ask(), ask()];
    started[0]?.crash(new BoundError('no calls left'));
    await expect(bounded).rejects.toThrow('no calls left');
    started[1]?.land('x');
    expect(await other).toBe('x');
  });
});
