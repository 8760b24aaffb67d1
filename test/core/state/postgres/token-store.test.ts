import { expect, it } from 'vitest';
import { StateError } from '../../../../src/core/errors.js';
import type { Statement } from '../../../../src/core/state/postgres/database.js';
import { createSeal } from '../../../../src/core/state/postgres/seal.js';
import { createPostgresTokens } from '../../../../src/core/state/postgres/token-store.js';
import { settle } from '../../../helpers/fake-clock.js';

it('an intent whose commit nobody heard of is taken back: nothing was sent under it', async () => {
  const ran: string[] = [];
  const database = {
    run: async ({ name = '' }: Statement) => {
      ran.push(name);
      if (name === 'token_intend' || ran.length === 3)
        throw new StateError('The shared database cannot be reached.');
      return [];
    },
    inTransaction: () => expect.fail('not asked for'),
    withClient: () => expect.fail('not asked for'),
    close: async () => undefined,
  };
  const tokens = createPostgresTokens({
    ...{
      database,
      seal: createSeal(undefined),
      renewalMs: 20_000,
      createId: () => 'id',
      waitMs: async () => undefined,
    },
  });
  const renewal = {
    isValid: () => false,
    isAlive: () => false,
    once: true,
    renew: () => expect.fail('not sent'),
  };
  await expect(tokens.readOrRenew('name', renewal)).rejects.toThrow('cannot be reached');
  await settle();
  // Until it is heard, and once more, since what was sent before may be carried out after it.
  expect(ran).toEqual([
    'token_read',
    'token_intend',
    'token_forget_intent',
    'token_forget_intent',
    'token_forget_intent',
  ]);
});
