import { describe, expect, it } from 'vitest';
import { createSlots } from '../../../src/core/call/slots.js';
import { settle } from '../../helpers/fake-clock.js';

/** A job that ends when it is told to. */
function createJob(begun: string[], name: string) {
  let end = (): void => undefined;
  const run = () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      end = () => (name.startsWith('bad') ? reject(new Error(name)) : resolve(name));
    });
  return { run, end: () => end() };
}

describe('slots', () => {
  it('run so many jobs at once, and the others in the order in which they came', async () => {
    const begun: string[] = [];
    const { schedule } = createSlots(2);
    const jobs = ['a', 'bad b', 'c', 'd', 'e'].map((name) => createJob(begun, name));
    const ended = jobs.map(({ run }) => schedule(run).catch((error: Error) => error.message));
    await settle();
    expect(begun).toEqual(['a', 'bad b']);
    jobs[1]?.end();
    await settle();
    expect(begun).toEqual(['a', 'bad b', 'c']);
    jobs[0]?.end();
    // Who comes when a place becomes free goes behind those who wait.
    const late = createJob(begun, 'late');
    const lateEnded = schedule(late.run);
    await settle();
    expect(begun).toEqual(['a', 'bad b', 'c', 'd']);
    for (const { end } of jobs.slice(2)) {
      end();
      await settle();
    }
    late.end();
    expect(await Promise.all([...ended, lateEnded])).toEqual(['a', 'bad b', 'c', 'd', 'e', 'late']);
  });
});
