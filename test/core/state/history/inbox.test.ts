import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInbox, foldInbox, formatLine, parseLine } from '../../../../src/core/state/history/inbox.js';
import { createMemoryStore } from '../../../helpers/history/memory-store.js';
import { NOON, observe } from '../../../helpers/history/observations.js';

/** No process has this pid: it is above what any system here gives out. */
const DEAD_PID = 2 ** 30;

let folder: string;
const failures: unknown[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-inbox-'));
  failures.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (pid: number) =>
  createInbox({ folder, pid, now: () => NOON * 60_000, onFailure: (error) => failures.push(error) });
const pathOf = (pid: number) => join(folder, `${pid}-${NOON * 60_000}-0.log`);

describe('a line', () => {
  it('says what was seen', () => {
    const observation = observe({
      title: '手机 "256GB"\n',
      prices: { sale: 569_900, coupon: null },
      stock: 'in_stock',
      cheapestSku: '9',
    });
    expect(parseLine(formatLine(observation).trimEnd())).toEqual(observation);
  });

  it('does not count when a byte of it has changed', () => {
    const line = formatLine(observe({ prices: { sale: 500 } })).trimEnd();
    expect(parseLine(line.replace('500', '501'))).toBeUndefined();
    expect(parseLine(line.slice(0, -1))).toBeUndefined();
    expect(parseLine('')).toBeUndefined();
  });
});

describe('the inbox', () => {
  it('hands over each line once, and keeps the file of a process that lives', async () => {
    const store = createMemoryStore();
    const inbox = open(process.pid);
    inbox.append(observe({ prices: { sale: 500 } }));
    await foldInbox(folder, store);
    inbox.append(observe({ minute: NOON + 1, prices: { sale: 400 } }));
    await foldInbox(folder, store);
    inbox.close();
    const [series] = await store.listSeries('acme', '1');
    expect(series?.tracks.get('sale')).toHaveLength(2);
    expect(existsSync(pathOf(process.pid))).toBe(true);
  });

  it('removes the file of a process that has ended, its torn last line included', async () => {
    const store = createMemoryStore();
    const inbox = open(DEAD_PID);
    inbox.append(observe({ prices: { sale: 500 } }));
    inbox.close();
    appendFileSync(pathOf(DEAD_PID), formatLine(observe({ id: '2', prices: { sale: 1 } })).slice(0, 20));
    await foldInbox(folder, store);
    expect(await store.listSeries('acme', '1')).toHaveLength(1);
    expect(await store.listSeries('acme', '2')).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is read by several processes at once, each of which may remove what another is about to open', async () => {
    const store = createMemoryStore();
    for (const [at, pid] of [DEAD_PID, DEAD_PID + 1].entries()) {
      const inbox = open(pid);
      inbox.append(observe({ minute: NOON + at, prices: { sale: 500 + at } }));
      inbox.close();
    }
    // Another process takes in everything while this one is at its first file.
    const removeSegment = async (name: string) => {
      await foldInbox(folder, store);
      await store.removeSegment(name);
    };
    await foldInbox(folder, { ...store, removeSegment });
    const [series] = await store.listSeries('acme', '1');
    expect(series?.tracks.get('sale')).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('loses nothing of a process in another container, whose pid nobody has here', async () => {
    const store = createMemoryStore();
    const inbox = open(DEAD_PID);
    inbox.append(observe({ prices: { sale: 500 } }));
    await foldInbox(folder, store);
    for (const minute of [1, 2]) {
      inbox.append(observe({ minute: NOON + minute, prices: { sale: 500 - minute } }));
      await foldInbox(folder, store);
    }
    const [series] = await store.listSeries('acme', '1');
    expect(series?.tracks.get('sale')).toHaveLength(3);
    expect(failures).toEqual([]);
  });

  it('passes over a damaged line in the middle', async () => {
    const store = createMemoryStore();
    const lines = ['1', '2', '3'].map((id) => formatLine(observe({ id, prices: { sale: 5 } })));
    writeFileSync(pathOf(DEAD_PID), `${lines[0]}${lines[1]?.replace('acme', 'acne')}${lines[2]}`);
    await foldInbox(folder, store);
    expect(await store.listSeries('acme', '2')).toEqual([]);
    expect(await store.listSeries('acme', '3')).toHaveLength(1);
  });

  it('begins another file when one has grown large, and reads both', async () => {
    const store = createMemoryStore();
    const inbox = open(process.pid);
    const title = 'x'.repeat(400);
    for (let at = 0; at < 3000; at += 1)
      inbox.append(observe({ id: String(at), title, prices: { sale: 5 } }));
    inbox.close();
    expect(readdirSync(folder)).toHaveLength(2);
    await foldInbox(folder, store);
    let count = 0;
    for await (const _ of store.listAll()) count += 1;
    expect(count).toBe(3000);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('says once that it cannot write, and throws nothing', () => {
    writeFileSync(join(folder, 'in-the-way'), '');
    const inbox = createInbox({
      folder: join(folder, 'in-the-way'),
      pid: 1,
      now: () => 0,
      onFailure: (error) => failures.push(error),
    });
    inbox.append(observe({ prices: { sale: 5 } }));
    inbox.append(observe({ prices: { sale: 5 } }));
    expect(failures).toHaveLength(1);
    expect(readFileSync(join(folder, 'in-the-way'), 'utf8')).toBe('');
  });
});
