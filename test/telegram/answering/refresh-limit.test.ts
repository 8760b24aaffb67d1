import { describe, expect, it } from 'vitest';
import { createRefreshLimit } from '../../../src/telegram/answering/refresh-limit.js';

describe('the gate before a refresh', () => {
  it('asks once, lets others join, and answers from memory for a minute', async () => {
    let nowMs = 1;
    const gate = createRefreshLimit(() => nowMs);
    const asked: boolean[] = [];
    let finish = (): void => undefined;
    const lookUp = (fresh: boolean) => {
      asked.push(fresh);
      return fresh ? new Promise<void>((resolve) => (finish = resolve)) : Promise.resolve();
    };
    expect(gate.decide('a')).toBe('ask');
    const first = gate.run('a', lookUp);
    expect(gate.decide('a')).toBe('join');
    expect(gate.decide('b')).toBe('ask');
    const second = gate.run('a', lookUp);
    expect(asked).toEqual([true]);
    finish();
    await Promise.all([first, second]);
    expect(asked).toEqual([true, false]);
    expect(gate.decide('a')).toBe('recent');
    nowMs += 60_001;
    expect(gate.decide('a')).toBe('ask');
  });

  it('asks once for two who were both told that it would be asked', async () => {
    const gate = createRefreshLimit(() => 1);
    expect([gate.decide('a'), gate.decide('a')]).toEqual(['ask', 'ask']);
    const asked: boolean[] = [];
    const lookUp = async (fresh: boolean) => void asked.push(fresh);
    await gate.run('a', lookUp);
    await gate.run('a', lookUp);
    expect(asked).toEqual([true, false]);
  });

  it('can be opened again, and survives a lookup that fails', async () => {
    const gate = createRefreshLimit(() => 1);
    await expect(gate.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(gate.decide('a')).toBe('recent');
    gate.reopen('a');
    expect(gate.decide('a')).toBe('ask');
  });
});
