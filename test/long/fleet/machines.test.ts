import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Batches } from '../../../src/core/index.js';
import { deriveSandboxSecret, SANDBOX_KEY_PREFIX } from '../../../src/core/simulation/upstream.js';
import { collect } from '../../helpers/batch/reading.js';
import { connectMcp } from '../../helpers/mcp-session.js';
import { type Fleet, listLinks, type Machine, openFleet } from '../../helpers/postgres/fleet.js';
import { hasPostgres } from '../../helpers/postgres/server.js';
import { openWire } from '../../helpers/postgres/wire.js';

const REQUEST = { owner: 'local', label: 'list.txt', detail: 'summary' } as const;

describe.skipIf(!hasPostgres())('a job of several machines', () => {
  let fleet: Fleet;
  let first = 0;

  beforeAll(async () => {
    fleet = await openFleet();
  });
  afterEach(() => {
    fleet.sandbox.clear();
    fleet.server.psql('TRUNCATE bijia.job, bijia.input, bijia.chunk, bijia.result');
  });
  afterAll(() => fleet.close());

  const save = async (batches: Batches, count: number, details = {}) => {
    first += 1000;
    const prepared = await batches.prepare({ items: listLinks(count, first) }, REQUEST);
    return (await prepared.save(details)).id;
  };

  /** Works on a job from its first moment to its last: a leader that is quick has soon begun every part. */
  const help = async ({ workOff }: Machine, running: Promise<unknown>): Promise<void> => {
    let isOver = false;
    const over = running.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await workOff();
      await sleep(20);
    }
    await over;
  };

  it('is cancelled by another machine, and resumed by it; nothing is asked for twice', async () => {
    // Six seconds at this quota: it is cancelled in the first of them.
    const slow = { JD_UNION_QUOTA: '100/3s' };
    const [one, other] = [fleet.openMachine(slow), fleet.openMachine(slow)];
    const id = await save(one.batches, 300);
    let refusal: Promise<void> | undefined;
    const report = await one.batches.run(id, {
      onProgress: ({ done }) => {
        if (done < 10 || refusal) return;
        const refuse = ({ batches }: Machine) =>
          expect(batches.run(id)).rejects.toMatchObject({
            ...{ code: 'job_running', message: expect.stringMatching(/same command again in 15 s/) },
          });
        refusal = Promise.all([refuse(one), refuse(other)]).then(() => undefined);
        refusal.then(() => other.batches.cancel(id)).catch(() => undefined);
      },
    });
    await refusal;
    expect(report).toMatchObject({ state: 'cancelled' });
    expect(report.done).toBeLessThan(300);
    expect(await one.batches.get(id)).toMatchObject({ state: 'cancelled', done: report.done });
    expect(await other.batches.run(id)).toMatchObject({ state: 'finished', done: 300 });
    expect(fleet.countAsked()).toEqual({ calls: 300, different: 300 });
  });

  it('is worked on by machines that do not lead it, each with a key of its own', async () => {
    const key = `${SANDBOX_KEY_PREFIX}another`;
    const another = { JD_UNION_APP_KEY: key, JD_UNION_APP_SECRET: deriveSandboxSecret(key) };
    const [leader, helper] = [fleet.openMachine(), fleet.openMachine(another)];
    const id = await save(leader.batches, 600);
    const running = leader.batches.run(id);
    await help(helper, running);
    expect(await running).toMatchObject({ state: 'finished', done: 600 });
    expect(fleet.countAsked()).toEqual({ calls: 600, different: 600 });
    const keys = new Set(fleet.sandbox.arrivals().map(({ group }) => group));
    expect(keys.size).toBe(2);
  });

  it('never takes more calls than it was allowed, no matter who makes them', async () => {
    const [leader, helper] = [fleet.openMachine(), fleet.openMachine()];
    const id = await save(leader.batches, 450);
    const running = leader.batches.run(id, { maxCalls: 250 });
    await help(helper, running);
    expect(await running).toMatchObject({
      state: 'stopped',
      calls: 250,
      cause: { code: 'max_calls_reached' },
    });
    expect(fleet.countAsked().calls).toBe(250);
    expect(await leader.batches.run(id)).toMatchObject({ state: 'finished', done: 450 });
    expect(fleet.countAsked()).toEqual({ calls: 450, different: 450 });
  });

  it('ends without a leader; one whose file was to be written waits for who writes it, without a call', async () => {
    const [leader, helper] = [fleet.openMachine(), fleet.openMachine()];
    const path = join(fleet.folder, 'out.jsonl');
    const output = { path, format: 'jsonl', rows: 'product' } as const;
    const ids = [await save(leader.batches, 20), await save(leader.batches, 20, { output })] as const;
    for (const id of ids) {
      // As if its leader had died a moment after it began.
      fleet.server.psql(`UPDATE bijia.chunk SET source = 'jd-union' WHERE job = '${id}'`);
      fleet.server.psql(`UPDATE bijia.job SET state = 'running', holder = 'dead' WHERE id = '${id}'`);
    }
    expect(await helper.batches.get(ids[0])).toMatchObject({
      state: 'stopped',
      cause: { code: 'interrupted' },
    });
    await helper.workOff();
    await helper.work.tidy();
    expect(await leader.batches.get(ids[0])).toMatchObject({ state: 'finished', done: 20 });
    expect(await leader.batches.get(ids[1])).toMatchObject({ state: 'stopped', done: 20 });
    fleet.sandbox.clear();
    expect(await leader.batches.run(ids[1])).toMatchObject({ state: 'finished', outputPath: path, calls: 0 });
    expect(fleet.sandbox.arrivals()).toEqual([]);
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(20);
  });

  it.each(['record', 'version', 'chunk', 'input'])('says what is wrong where its %s is', async (part) => {
    const { batches, workOff } = fleet.openMachine();
    const id = await save(batches, 5);
    const spoil: Record<string, string> = {
      record: `UPDATE bijia.job SET record = '"foreign"'`,
      version: `UPDATE bijia.job SET record = record || '{"version": 2}'`,
      chunk: `UPDATE bijia.chunk SET body = 'foreign'`,
      input: `UPDATE bijia.input SET body = 'foreign'`,
    };
    const other = fleet.openMachine();
    fleet.server.psql(spoil[part] ?? '');
    const code = {
      record: 'job_damaged',
      version: 'job_version',
      chunk: 'job_damaged',
      input: 'input_damaged',
    }[part];
    if (part === 'chunk') {
      expect(await batches.run(id)).toMatchObject({ state: 'stopped', cause: { code } });
    } else await expect(other.batches.run(id)).rejects.toMatchObject({ code });
    if (part === 'record' || part === 'version') {
      expect(await batches.list()).toEqual([]);
      expect(await batches.listDamaged()).toMatchObject([{ id }]);
    }
    await workOff();
    expect(fleet.sandbox.arrivals()).toEqual([]);
    expect(await other.batches.remove(id.slice(0, 5))).toBe(id);
    await expect(batches.get(id)).rejects.toMatchObject({ code: 'no_such_job' });
    expect(
      fleet.server
        .psql('SELECT (SELECT count(*) FROM bijia.chunk) + (SELECT count(*) FROM bijia.input)')
        .trim(),
    ).toBe('0');
  });

  it('is removed a few thousand rows a time when nobody came back for it', async () => {
    const { batches } = fleet.openMachine();
    const [kept, gone] = [await save(batches, 2), await save(batches, 3)];
    fleet.server.psql(
      `UPDATE bijia.job SET state = 'finished', updated_us = updated_us - 8 * 86400000000::bigint WHERE id = '${gone}'`,
    );
    fleet.server.psql(
      `INSERT INTO bijia.result SELECT '${gone}', 1, n, 0, 'ok', '', n FROM generate_series(1, 12000) n`,
    );
    await batches.removeExpired();
    expect((await batches.list()).map(({ id }) => id)).toEqual([kept]);
    expect(fleet.countResults()).toBe(0);
  });

  it('is one job for every replica of an MCP server: its id and its cursors work at each', async () => {
    const products = listLinks(130, 50_000);
    const [one, other] = await Promise.all(
      ['mcp1', 'mcp2'].map((name) => connectMcp(fleet.getEnvironment(name))),
    );
    const answer = await one?.call('batch_products', { products });
    const { job, next_cursor: cursor, remaining } = answer?.data ?? {};
    expect(Number(remaining)).toBeGreaterThan(0);
    let rest = await other?.call('batch_products', { cursor });
    // A busy machine may need more than the time of one answer.
    while (Number(rest?.data['remaining']) > 0)
      rest = await other?.call('batch_products', { cursor: rest?.data['next_cursor'] });
    expect(rest?.data).toMatchObject({ job, remaining: 0 });
    expect((await other?.call('batch_products', { job }))?.data).toMatchObject({ job, total: 130 });
    expect(fleet.countAsked()).toEqual({ calls: 130, different: 130 });
    await Promise.all([one?.close(), other?.close()]);
  });

  describe.each(['before', 'after'] as const)(
    'outlives a database that goes away %s it has carried out',
    (moment) => {
      it.each(['put', 'begin', 'look', 'claim', 'renew', 'put_results', 'end_chunk', 'list_results', 'end'])(
        '%s: nothing is lost, and what could not be done can be done again',
        async (statement) => {
          const wire = await openWire(fleet.server.port);
          const { batches } = fleet.openMachine({
            BIJIA_DATABASE_URL: fleet.server.url.replace(String(fleet.server.port), String(wire.port)),
          });
          await batches.list();
          const output = {
            path: join(fleet.folder, `${moment}-${statement}.csv`),
            format: 'csv',
            rows: 'product',
          } as const;
          wire.trap(`job_${statement}`, moment, 300);
          const count = statement === 'renew' ? 600 : 60;
          first += 1000;
          const items = listLinks(count, first);
          const attempt = async () => {
            const prepared = await batches.prepare({ items }, REQUEST);
            const { id } = await prepared.save({ output });
            const report = await batches.run(id);
            return { id, report };
          };
          // Who asks is told that the database is away; a job under way waits for it.
          const { id, report } = await attempt().catch(async (error: unknown) => {
            expect(error).toMatchObject({ code: 'state_unreachable' });
            await sleep(1000);
            return attempt();
          });
          expect(wire.isSprung()).toBe(true);
          expect(report).toMatchObject({ state: 'finished', done: count });
          expect(await collect(batches.readRows(id))).toHaveLength(count);
          expect(existsSync(output.path)).toBe(true);
          expect(fleet.countAsked().different).toBe(count);
          await wire.close();
        },
      );
    },
  );
});
