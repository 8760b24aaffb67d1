import { expect, it, vi } from 'vitest';
import { CredentialError, UpstreamTimeoutError } from '../../../src/core/errors.js';
import type { Renewal, StoredToken, TokenStore } from '../../../src/core/state/token-store.js';

const fresh = (token: string): StoredToken => ({
  token,
  fetchedAtMs: 1,
  lifeMs: 1000,
  renewal: `r-${token}`,
});

const toRenewal = (changes: Partial<Renewal>): Renewal => ({
  isValid: ({ lifeMs }) => lifeMs > 0,
  isAlive: ({ lifeMs }) => lifeMs > 0,
  once: false,
  renew: async () => expect.fail('nothing has to be renewed'),
  ...changes,
});

/** What every store of tokens promises. @param open the store of another process */
export function defineTokenStoreCases(open: () => TokenStore): void {
  let count = 0;
  const newName = () => {
    count += 1;
    return `name${count}`;
  };

  it('fetches one token for all who ask at once', async () => {
    const name = newName();
    const renew = vi.fn(async () => fresh('a'));
    const asked = Array.from({ length: 6 }, () => open().readOrRenew(name, toRenewal({ renew })));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 6 }, () => fresh('a')));
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('renews with what came with the last token, and the same for all', async () => {
    const name = newName();
    await open().write(name, fresh('a'));
    await open().expire(name, 'a');
    const renew = vi.fn(async () => fresh('b'));
    await open().readOrRenew(name, toRenewal({ renew }));
    expect(renew).toHaveBeenCalledWith({ ...fresh('a'), lifeMs: 0 });
    expect(await open().readOrRenew(name, toRenewal({}))).toEqual(fresh('b'));
  });

  it('expires the token that is meant and no later one', async () => {
    const name = newName();
    await open().write(name, fresh('b'));
    await open().expire(name, 'a');
    expect(await open().readOrRenew(name, toRenewal({}))).toEqual(fresh('b'));
  });

  it('takes the initial token where there is none', async () => {
    const name = newName();
    expect(await open().readOrRenew(name, toRenewal({ initial: fresh('i') }))).toEqual(fresh('i'));
    expect(await open().readOrRenew(name, toRenewal({}))).toEqual(fresh('i'));
  });

  it('tries again after a failure where a renewal works more than once', async () => {
    const name = newName();
    const fail = async () => Promise.reject(new UpstreamTimeoutError('no answer'));
    await expect(open().readOrRenew(name, toRenewal({ renew: fail }))).rejects.toThrow('no answer');
    expect(await open().readOrRenew(name, toRenewal({ renew: async () => fresh('a') }))).toEqual(fresh('a'));
  });

  it('never sends a renewal again that works once and whose end nobody saw, until a person logs in', async () => {
    const name = newName();
    await open().write(name, fresh('a'));
    const old = { once: true, isValid: () => false, isAlive: () => true };
    const lost = async () => Promise.reject(new UpstreamTimeoutError('no answer'));
    await expect(open().readOrRenew(name, toRenewal({ ...old, renew: lost }))).rejects.toMatchObject({
      name: 'CredentialError',
      code: 'renewal_unknown',
      retryable: false,
      detail: expect.stringContaining('no answer'),
    });
    // The old access token serves while it lives.
    expect(await open().readOrRenew(name, toRenewal(old))).toEqual(fresh('a'));
    const over = toRenewal({ ...old, isAlive: () => false });
    await expect(open().readOrRenew(name, over)).rejects.toMatchObject({ code: 'renewal_unknown' });
    await open().write(name, fresh('b'));
    expect(await open().readOrRenew(name, toRenewal({ once: true }))).toEqual(fresh('b'));
  });

  it('sends a renewal that works once again when it was refused, since nothing is in doubt then', async () => {
    const name = newName();
    await open().write(name, fresh('a'));
    const old = { once: true, isValid: () => false, isAlive: () => false };
    const refuse = async () => Promise.reject(new CredentialError('refused'));
    await expect(open().readOrRenew(name, toRenewal({ ...old, renew: refuse }))).rejects.toThrow('refused');
    const renew = async () => fresh('b');
    expect(await open().readOrRenew(name, toRenewal({ ...old, renew }))).toEqual(fresh('b'));
  });
}
