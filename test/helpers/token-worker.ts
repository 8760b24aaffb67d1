// A process that needs a token, again and again; its parent grants them, and kills it now and then.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokenCache } from '../../src/core/call/token-cache.js';
import { createClock } from '../../src/core/clock.js';
import { CredentialError, UpstreamError } from '../../src/core/errors.js';
import { createRedactor } from '../../src/core/logger.js';
import type { TokenGrant } from '../../src/core/provider.js';
import { createDatabase } from '../../src/core/state/postgres/database.js';
import { NEWEST_MIGRATION } from '../../src/core/state/postgres/migrations.js';
import { createSeal } from '../../src/core/state/postgres/seal.js';
import { createPostgresTokens } from '../../src/core/state/postgres/token-store.js';
import { createProcesses } from '../../src/core/state/process-identity.js';
import { createTokenFolder, type TokenStore } from '../../src/core/state/token-store.js';

const [folder = '', origin = '', databaseUrl] = process.argv.slice(2);
const clock = createClock();

function openTokens(): TokenStore {
  if (!databaseUrl) return createTokenFolder({ folder, processes: createProcesses(), clock });
  const options = { url: databaseUrl, schema: 'bijia', pool: 2, timeoutMs: 2000 };
  return createPostgresTokens({
    database: createDatabase(options, { newest: NEWEST_MIGRATION }),
    seal: createSeal('a long random text'),
    // Short: what is killed here is dead at once.
    renewalMs: 300,
    createId: randomUUID,
    waitMs: (ms) => clock.wait(ms),
  });
}

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
  store: openTokens(),
  redactor: createRedactor(),
  log: { warn: () => undefined },
  now: Date.now,
})({
  key: ['parent'],
  renewsOnce: true,
  getToken: async (_, previous) => grant(previous?.renewal ?? 'login'),
});

const logIn = async () => tokens.replace(await grant('login'));

for (;;) {
  try {
    await tokens.get({ lane: 'interactive' });
  } catch (error) {
    // What a person does then, and does again where that failed.
    if (error instanceof CredentialError) await logIn().catch(() => undefined);
  }
  await sleep(5);
}
