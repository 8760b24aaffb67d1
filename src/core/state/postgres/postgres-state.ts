import { createPermits } from '../../permits/permit-keeper.js';
import { toTiming } from '../../permits/permit-timing.js';
import type { DatabaseSettings } from '../database-settings.js';
import type { State, StateOptions } from '../state.js';
import { createPostgresAnswers } from './answer-store.js';
import { createDatabase } from './database.js';
import { inspectDatabase } from './inspect.js';
import { NEWEST_MIGRATION } from './migrations.js';
import { createPostgresPaidCalls } from './paid-calls.js';
import { createPostgresPermits } from './permit-store.js';
import { createSeal } from './seal.js';
import { createPostgresTokens } from './token-store.js';

/** Beyond the longest call, so that a renewal on its way is never taken for one whose process died. */
const RENEWAL_SLACK_MS = 5000;

/** Between the end of a call and the word about it. */
const LEASE_SLACK_MS = 1000;

/** The state of several machines, in one PostgreSQL database. Connects when it is first asked. */
export function openPostgresState(settings: DatabaseSettings, options: StateOptions): State {
  const { callTimeoutMs, batchFirst, clock, random } = options;
  const database = createDatabase(settings, { newest: NEWEST_MIGRATION });
  // Random, because a sequence gives numbers again after a failover that lost the last of them.
  const member = Math.floor(random() * 2 ** 48);
  let intents = 0;
  return {
    createPermits: (group, limit) => {
      const timing = toTiming(limit, callTimeoutMs);
      const permits = createPostgresPermits({ database, group, member, timing, clock });
      return createPermits({ limit, callTimeoutMs, batchFirst, clock: permits.clock }, permits.store);
    },
    tokens: createPostgresTokens({
      database,
      seal: createSeal(settings.key),
      renewalMs: callTimeoutMs + RENEWAL_SLACK_MS,
      createId: () => {
        intents += 1;
        return `${member}-${intents}`;
      },
      waitMs: (ms) => clock.wait(ms),
    }),
    answers: createPostgresAnswers({
      ...{ database, member, ttlMs: options.answerTtlMs },
      leaseMs: callTimeoutMs + LEASE_SLACK_MS,
    }),
    createPaidCalls: (group, daily) => createPostgresPaidCalls({ ...daily, database, group, now: clock.now }),
    inspectDatabase: () => inspectDatabase(database, settings.url, clock.now),
    close: () => database.close(),
  };
}
