import { describe, expect, it } from 'vitest';
import { createScout } from '../../../src/core/call/scout.js';
import { CancelledError, CredentialError, UpstreamError } from '../../../src/core/errors.js';

interface End {
  readonly resolve: (id: number) => void;
  readonly reject: (error: Error) => void;
}

/** Calls that begin when they are let go, and end when the test says so. */
function createCalls() {
  const scout = createScout();
  const begun: number[] = [];
  const ends = new Map<number, End>();
  const run = (id: number, signal?: AbortSignal) => {
    const result = scout.run(
      signal,
      () =>
        new Promise<number>((resolve, reject) => {
          begun.push(id);
          ends.set(id, { resolve, reject });
        }),
    );
    result.catch(() => undefined);
    return result;
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    run,
    begun: async () => {
      await settled();
      return [...begun];
    },
    answer: (id: number) => ends.get(id)?.resolve(id),
    fail: (id: number, error: Error) => ends.get(id)?.reject(error),
  };
}

describe('a scout', () => {
  it('goes alone, and lets all others go together when it is answered', async () => {
    const { run, begun, answer } = createCalls();
    const results = [1, 2, 3, 4].map((id) => run(id));
    expect(await begun()).toEqual([1]);
    answer(1);
    expect(await results[0]).toBe(1);
    expect((await begun()).toSorted()).toEqual([1, 2, 3, 4]);
    void run(5);
    expect((await begun()).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets the others go after a failure that says nothing against the credentials', async () => {
    const { run, begun, fail } = createCalls();
    for (const id of [1, 2, 3]) void run(id);
    await begun();
    fail(1, new UpstreamError('down'));
    expect((await begun()).toSorted()).toEqual([1, 2, 3]);
  });

  it('is followed by one other after a refusal, and by one after that', async () => {
    const { run, begun, fail, answer } = createCalls();
    for (const id of [1, 2, 3, 4]) void run(id);
    await begun();
    fail(1, new CredentialError('refused'));
    expect(await begun()).toEqual([1, 2]);
    fail(2, new CredentialError('refused'));
    expect(await begun()).toEqual([1, 2, 3]);
    answer(3);
    expect(await begun()).toEqual([1, 2, 3, 4]);
  });

  it('is not followed by a call that was cancelled while it waited', async () => {
    const { run, begun, fail } = createCalls();
    const controller = new AbortController();
    const results = [run(1), run(2, controller.signal), run(3)];
    await begun();
    controller.abort();
    await expect(results[1]).rejects.toBeInstanceOf(CancelledError);
    expect(await begun()).toEqual([1]);
    fail(1, new CredentialError('refused'));
    expect(await begun()).toEqual([1, 3]);
  });
});
