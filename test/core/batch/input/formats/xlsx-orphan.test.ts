import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createFolder } from '../../../../helpers/batch/reading.js';
import { createWorkbook } from '../../../../helpers/batch/workbook.js';
import { buildScript } from '../../../../helpers/build-script.js';

const TAGS = 60_000_000;
const AT_WORK_TICKS = 50;
const MAX_TICKS_ALONE = 100;
const WAIT = { timeout: 60_000, interval: 50 };

/** A small file over which the reader has nothing to say for a long time. */
const createLongWorkbook = () =>
  createWorkbook('', { 'xl/sharedStrings.xml': `<sst>${'<a/>'.repeat(TAGS)}</sst>` });

function listChildren(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

/** Processor time that a process took, in hundredths of a second; undefined for one that has ended. */
function findTicks(pid: number): number | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined;
  const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // It may be kept in the table for those who ask for its code.
  return state === 'Z' ? undefined : Number(fields[10]);
}

it.skipIf(process.platform !== 'linux')(
  'the reader of a workbook dies with the process that began it',
  async () => {
    const path = join(createFolder(), 'long.xlsx');
    writeFileSync(path, createLongWorkbook());
    const [parentScript, readerScript] = await Promise.all([
      buildScript('batch/workbook-parent.ts'),
      buildScript('../../src/core/batch/input/workbook/child.ts'),
    ]);
    const parent = spawn(process.execPath, [parentScript, path, readerScript], { stdio: 'inherit' });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [reader = 0] = await vi.waitFor(() => {
      const children = listChildren(parent.pid ?? 0);
      expect(children).toHaveLength(1);
      return children;
    }, WAIT);
    onTestFinished(() => {
      if (findTicks(reader) !== undefined) process.kill(reader, 'SIGKILL');
    });
    const startedTicks = await vi.waitFor(() => {
      const ticks = findTicks(reader) ?? 0;
      expect(ticks).toBeGreaterThan(AT_WORK_TICKS);
      return ticks;
    }, WAIT);
    parent.kill('SIGKILL');
    let lastTicks = startedTicks;
    await vi.waitFor(() => {
      const ticks = findTicks(reader);
      lastTicks = ticks ?? lastTicks;
      expect(ticks).toBeUndefined();
    }, WAIT);
    // Not when it next says something and nobody listens, which is much later.
    expect(lastTicks - startedTicks).toBeLessThan(MAX_TICKS_ALONE);
  },
  180_000,
);
