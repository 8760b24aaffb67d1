import { describe, expect, it } from 'vitest';
import { ConfigError, StateError } from '../../src/core/index.js';
import { waitForDatabase } from '../../src/telegram/wait-for-database.js';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const wait = async () => undefined;

describe('the start of a bot', () => {
  it('waits for a database that comes later', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 3) throw new StateError('away');
      return 'there';
    };
    expect(await waitForDatabase(work, { log, wait, signal: new AbortController().signal })).toBe('there');
  });

  it('does not wait for what a person has to change, nor when it is told to end', async () => {
    const signal = new AbortController().signal;
    const wrong = () => Promise.reject(new ConfigError('the password'));
    await expect(waitForDatabase(wrong, { log, wait, signal })).rejects.toBeInstanceOf(ConfigError);
    const away = () => Promise.reject(new StateError('away'));
    await expect(waitForDatabase(away, { log, wait, signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      StateError,
    );
  });
});
