// Preloaded into a process under test: on SIGUSR2 it collects all garbage and says what is still in use.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

process.on('SIGUSR2', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stderr.write(`memory in use ${heapUsed + external} of ${rss}\n`);
});
