import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** What of a job's record these tests look at. */
export interface KeptJob {
  readonly state: string;
  readonly extra: { readonly telegram: { readonly open?: string; readonly delivery: string } };
}

function findRecord(stateDir: string): string {
  const names = readdirSync(stateDir, { recursive: true, encoding: 'utf8' });
  return join(stateDir, names.find((name) => name.endsWith('job.json')) ?? '');
}

/** The only job of a bot, as its state folder has it. */
export const readKeptJob = (stateDir: string): KeptJob =>
  JSON.parse(readFileSync(findRecord(stateDir), 'utf8'));

/** As a process leaves it that is killed after the last answer and before the chat's part says so. */
export function forgetEnd(stateDir: string): void {
  const record = readKeptJob(stateDir);
  expect(record.state).toBe('finished');
  const telegram = { ...record.extra.telegram, open: 'running', delivery: 'none' };
  writeFileSync(findRecord(stateDir), JSON.stringify({ ...record, extra: { telegram } }));
}
