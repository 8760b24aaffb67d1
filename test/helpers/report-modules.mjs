// Preloaded into a process under test: when it ends, it says which of Node's own modules and which libraries it has loaded.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  process.report.excludeNetwork = true;
  const { sharedObjects } = process.report.getReport();
  writeSync(2, `modules ${JSON.stringify([...process.moduleLoadList, ...sharedObjects])}\n`);
});
