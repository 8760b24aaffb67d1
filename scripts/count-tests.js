// Adds up vitest's JSON reports and prints the line that closes a run: `N passed, N failed`.
// The first argument is 1 when some step failed: a failure that no test counted is counted here.
import { existsSync, readFileSync } from 'node:fs';

const [stepFailed, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const path of reports.filter((name) => existsSync(name))) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
}
if (stepFailed === '1' && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
