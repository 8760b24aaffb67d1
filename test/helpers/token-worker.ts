// A process that needs a token, again and again; its parent grants them, and kills it now and then.
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokenCache } from '../../src/core/call/token-cache.js';
import { createClock } from '../../src/core/clock.js';
import { CredentialError, UpstreamError } from '../../src/core/errors.js';
import { createRedactor } from '../../src/core/logger.js';
import type { TokenGrant } from '../../src/core/provider.js';
import { createProcesses } from '../../src/core/state/process-identity.js';
import { createTokenFolder } from '../../src/core/state/token-store.js';

const [folder = '', origin = ''] = process.argv.slice(2);

/** Life 0: every call renews. */
async function grant(renewal: string): Promise<TokenGrant> {
  const answer = await fetch(`${origin}/${renewal}`).catch((cause: unknown) => {
    throw new UpstreamError('the connection broke', { cause });
  });
  if (!answer.ok) throw new CredentialError('refused');
  const next = await answer.text();
  return { token: `token-of-${next}`, renewal: next, lifeMs: 1 };
}

const tokens = createTokenCache({
  store: createTokenFolder({ folder, processes: createProcesses(), clock: createClock() }),
  redactor: createRedactor(),
  now: Date.now,
})({
  key: ['parent'],
  renewsOnce: true,
  getToken: async (_, previous) => grant(previous?.renewal ?? 'login'),
});

for (;;) {
  try {
    await tokens.get({ lane: 'interactive' });
  } catch (error) {
    // What a person does then.
    if (error instanceof CredentialError) await tokens.replace(await grant('login'));
  }
  await sleep(5);
}
