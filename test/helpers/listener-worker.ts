import { createClock } from '../../src/core/clock.js';
import { createListener } from '../../src/core/state/postgres/listener.js';

/** A process that listens, and has nothing to do any more when it is told to end. */
const [url = '', timeoutMs = '0'] = process.argv.slice(2);
const settings = { url, schema: 'bijia', pool: 1, timeoutMs: Number(timeoutMs) };
const listener = createListener(settings, createClock());
const stop = new AbortController();

// What was called out before is not heard: everybody looks once when the connection is there.
await listener.hear(['anything'], stop.signal);
process.stdout.write('listens\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.destroy();
await listener.close();
process.stdout.write('closed\n');
