import { setMaxListeners } from 'node:events';
import { createPermits } from '../../permits/permit-keeper.js';
import { toTiming } from '../../permits/permit-timing.js';
import type { DatabaseSettings } from '../database-settings.js';
import { LEAD_LEASE_MS } from '../job-rows.js';
import type { State, StateOptions } from '../state.js';
import { createPostgresAnswers } from './answer-store.js';
import { withChores } from './chores.js';
import { createDatabase } from './database.js';
import { inspectDatabase } from './inspect.js';
import { createPostgresJobs } from './job-rows.js';
import { createListener } from './listener.js';
import { createMembership } from './members.js';
import { NEWEST_MIGRATION } from './migrations.js';
import { createPostgresPaidCalls } from './paid-calls.js';
import { createPostgresPermits } from './permit-store.js';
import { createSeal } from './seal.js';
import { createTaskQueue, QUEUE_CONNECTIONS } from './task-queue.js';
import { createPostgresTokens } from './token-store.js';

/** Beyond the longest call, so that a renewal on its way is never taken for one whose process died. */
const RENEWAL_SLACK_MS = 5000;

/** Between the end of the last call of a task and the word about it. */
const TASK_SLACK_MS = 5000;

/** Which hears of answers and updates. */
const LISTENING_CONNECTIONS = 1;

/**
 * Between the claim of a permit and its call lie two trips to the server and back, and they may take so long. A process that dies
 * holds its permits longer by as much.
 */
const LONGEST_TRIPS_MS = 500;

/** Between the end of a call and the word about it. */
const LEASE_SLACK_MS = 1000;

/** As `LEAD_LEASE_MS`, for a part of a job: a process that continues too early costs a call or two, and nothing else. */
const CHUNK_LEASE_MS = 6000;

/** The state of several machines, in one PostgreSQL database. Connects when it is first asked. */
export function openPostgresState(settings: DatabaseSettings, options: StateOptions): State {
  const { callTimeoutMs, batchFirst, clock, random } = options;
  const pool = Math.max(1, settings.pool - QUEUE_CONNECTIONS - LISTENING_CONNECTIONS);
  const opened = createDatabase({ ...settings, pool }, { newest: NEWEST_MIGRATION });
  // Random, because a sequence gives numbers again after a failover that lost the last of them.
  const member = Math.floor(random() * 2 ** 48);
  const membership = createMembership(opened, member, settings.key);
  const database = withChores(opened, membership, clock.repeat);
  const tasks = createTaskQueue({
    ...{ database, settings, clock },
    closeWithinMs: callTimeoutMs + TASK_SLACK_MS,
  });
  const listener = createListener({ ...settings, pool: 1 }, clock);
  // What is said again and again to a database that does not answer keeps no process alive.
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const createId = createIds(member);
  return {
    createPermits: (group, limit) => {
      membership.addQuota(group, limit);
      const timing = toTiming(limit, callTimeoutMs, LONGEST_TRIPS_MS);
      const own = { database, group, member, timing, clock, closing: closing.signal };
      const permits = createPostgresPermits(own);
      return createPermits({ limit, callTimeoutMs, timing, batchFirst, clock: permits.clock }, permits.store);
    },
    tokens: createPostgresTokens({
      database,
      seal: createSeal(settings.key),
      renewalMs: callTimeoutMs + RENEWAL_SLACK_MS,
      createId,
      waitMs: (ms) => clock.wait(ms, closing.signal),
    }),
    answers: createPostgresAnswers({
      ...{ database, listener, member, ttlMs: options.answerTtlMs },
      leaseMs: callTimeoutMs + LEASE_SLACK_MS,
    }),
    jobs: createPostgresJobs({
      ...{ database, holder: String(member) },
      ...{ leadLeaseMs: LEAD_LEASE_MS, chunkLeaseMs: CHUNK_LEASE_MS },
    }),
    createPaidCalls: (group, daily) => createPostgresPaidCalls({ ...daily, database, group, now: clock.now }),
    openHistory: async (place) => {
      const { openPostgresHistory } = await import('./history/open-history.js');
      return openPostgresHistory({ ...place, ...clock, database, member });
    },
    openBot: async (bot, onError) => {
      const { openBotRows } = await import('./bot/bot-rows.js');
      return openBotRows({
        ...{ ...clock, database, listener, bot, member, createId, onError },
      });
    },
    inspectDatabase: () => inspectDatabase(database, settings, clock, membership.announce),
    tasks,
    close: async () => {
      await Promise.all([tasks.close(), listener.close()]);
      closing.abort();
      await database.close();
    },
  };
}

/** Names that no other process has or will have. */
function createIds(member: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${member}-${count}`;
  };
}
