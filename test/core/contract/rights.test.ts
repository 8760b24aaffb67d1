import { describe, expect, it, vi } from 'vitest';
import { CredentialError } from '../../../src/core/errors.js';
import { createRights, NOT_PERMITTED } from '../../../src/core/provider.js';

const REFUSAL = new CredentialError('no right', { code: NOT_PERMITTED });
const INTERACTIVE = { lane: 'interactive' } as const;
const BATCH = { lane: 'batch' } as const;
const never = () => new Promise<string>(() => {});

describe('rights', () => {
  it('meet a refusal once: calls of the same method wait for the first', async () => {
    const rights = createRights(() => 0);
    const ask = vi.fn(async () => {
      throw REFUSAL;
    });
    const asked = await Promise.allSettled([1, 2, 3].map(() => rights.ask('m', BATCH, ask)));
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(ask).toHaveBeenCalledTimes(1);
    await expect(rights.ask('other', BATCH, async () => 'answer')).resolves.toBe('answer');
  });

  it('are asked about again after ten minutes, since they may have been granted', async () => {
    let nowMs = 0;
    const rights = createRights(() => nowMs);
    const refuse = () => Promise.reject(REFUSAL);
    await expect(rights.ask('m', BATCH, refuse)).rejects.toBe(REFUSAL);
    nowMs = 599_999;
    await expect(rights.ask('m', BATCH, async () => 'answer')).rejects.toBe(REFUSAL);
    nowMs = 600_000;
    await expect(rights.ask('m', BATCH, async () => 'answer')).resolves.toBe('answer');
  });

  it('remember no other failure', async () => {
    const rights = createRights(() => 0);
    await expect(rights.ask('m', BATCH, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await expect(rights.ask('m', BATCH, async () => 'answer')).resolves.toBe('answer');
  });

  it('let nobody who looks on wait for the first call of a batch', async () => {
    const rights = createRights(() => 0);
    void rights.ask('m', BATCH, never);
    await expect(rights.ask('m', INTERACTIVE, async () => 'answer')).resolves.toBe('answer');
  });

  it.each([INTERACTIVE, BATCH])('let go of a caller who cancels meanwhile: %o', async (who) => {
    const rights = createRights(() => 0);
    void rights.ask('m', who, never);
    const controller = new AbortController();
    const asked = rights.ask(
      'm',
      { ...who, signal: controller.signal },
      async () => 'cancelled in its own way',
    );
    controller.abort();
    await expect(asked).resolves.toBe('cancelled in its own way');
  });
});
