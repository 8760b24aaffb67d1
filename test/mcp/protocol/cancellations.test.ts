import { describe, expect, it } from 'vitest';
import { createHttpCaller } from '../../../src/mcp/caller.js';
import { createCancellations } from '../../../src/mcp/protocol/cancellations.js';

const ANN = createHttpCaller('ann');
const BOB = createHttpCaller('bob');
const { signal: never } = new AbortController();

describe('a cancellation that comes by itself', () => {
  it('reaches the call of this caller and this id, and no other', () => {
    const calls = createCancellations();
    const asked = [ANN, BOB].flatMap((caller) => [1, '1', 2].map((id) => calls.enter(caller, id, never)));
    calls.cancel(ANN, 1);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false, false, false, false, false]);
  });

  it('reaches nothing where two clients of a caller have the same id', () => {
    const calls = createCancellations();
    const [first, second] = [calls.enter(ANN, 1, never), calls.enter(ANN, 1, never)];
    calls.cancel(ANN, 1);
    expect([first.signal.aborted, second.signal.aborted]).toEqual([false, false]);
    first.leave();
    calls.cancel(ANN, 1);
    expect(second.signal.aborted).toBe(true);
  });

  it('reaches nothing that has been answered', () => {
    const calls = createCancellations();
    const call = calls.enter(ANN, 1, never);
    call.leave();
    calls.cancel(ANN, 1);
    expect(call.signal.aborted).toBe(false);
  });

  it('is not needed where the stream closes', () => {
    const controller = new AbortController();
    const { signal } = createCancellations().enter(ANN, 1, controller.signal);
    controller.abort();
    expect(signal.aborted).toBe(true);
  });
});
