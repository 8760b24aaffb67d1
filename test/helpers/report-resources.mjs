// Preloaded into a process under test: on SIGUSR2 it collects all garbage and says what it still holds, as one line of JSON.
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

process.on('SIGUSR2', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  const active = process.getActiveResourcesInfo();
  const count = (name) => active.filter((one) => one === name).length;
  const facts = {
    usedMb: Math.round((heapUsed + external) / 2 ** 20),
    rssMb: Math.round(rss / 2 ** 20),
    handles: readdirSync('/proc/self/fd').length,
    timers: count('Timeout') + count('Immediate'),
    sockets: count('TCPSocketWrap'),
    children: count('ProcessWrap'),
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
  process.stderr.write(`resources ${JSON.stringify(facts)}\n`);
});
