import { createClock } from '../../src/core/clock.js';
import { createDatabase } from '../../src/core/state/postgres/database.js';
import { NEWEST_MIGRATION } from '../../src/core/state/postgres/migrations.js';
import { createTaskQueue, type TaskTiming } from '../../src/core/state/postgres/task-queue.js';

/** A process that takes tasks, says so, and is done with them after a while; SIGTERM ends it as a worker is ended. */
const [url = '', busyMs = '0', timing = '{}'] = process.argv.slice(2);
const settings = { url, schema: 'bijia', pool: 4, timeoutMs: 10_000 };
const clock = createClock();
const database = createDatabase(settings, { newest: NEWEST_MIGRATION });
const queue = createTaskQueue({
  ...{ database, settings, clock, closeWithinMs: 5000 },
  timing: JSON.parse(timing) as TaskTiming,
});
const tell = (word: string, text = '') => process.stdout.write(`${word} ${text}\n`);

queue.work({
  handle: async (task, signal) => {
    const name = 'sweep' in task ? task.sweep.platform : String(task.chunk);
    tell('begins', name);
    await clock.wait(Number(busyMs), signal);
    tell(signal.aborted ? 'leaves' : 'ends', name);
  },
  atOnce: 2,
  onFault: ({ code }) => tell('fault', code),
  onRecovery: () => tell('recovers'),
});
process.on('SIGTERM', async () => {
  await queue.close();
  await database.close();
  tell('closed');
});
