import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BatchSource } from '../../../src/core/batch/core-batch-source.js';
import { type RunOptions, startRun } from '../../../src/core/batch/engine.js';
import { type Journal, openJournal } from '../../../src/core/batch/journal/journal.js';
import { createListWork } from '../../../src/core/batch/list-work.js';
import { planRun } from '../../../src/core/batch/plan.js';
import type { Progress } from '../../../src/core/batch/progress.js';
import type { ReferenceTable } from '../../../src/core/batch/reference-table.js';
import {
  type BijiaError,
  BoundError,
  CancelledError,
  ConfigError,
  CredentialError,
  InputError,
  NotFoundError,
  ResponseError,
  ThrottledError,
  UnsupportedError,
  UpstreamError,
} from '../../../src/core/errors.js';
import type { Result } from '../../../src/core/product/result.js';
import { createReferences, createSource, ROUTE, succeed } from '../../helpers/batch/products.js';
import { createFolder } from '../../helpers/batch/reading.js';

const openAt = (folder: string, size: number) => openJournal({ folder, run: 1, list: 'list', size });

const fail = (error: BijiaError): Result => ({ input: '', outcome: error.outcome, error });

interface TestOptions extends Partial<RunOptions> {
  readonly folder?: string;
  readonly references?: ReferenceTable;
  readonly retryFailed?: boolean;
  /** Calls at once. */
  readonly atOnce?: number;
}

async function run(source: BatchSource, options: TestOptions = {}) {
  const { folder = createFolder(), references = createReferences(10), retryFailed, ...others } = options;
  const journal = await openAt(folder, references.size);
  const { plan, explain, start } = begin(source, { references, retryFailed, ...others, journal });
  const report = await start.report;
  await journal.close();
  const outcomes = listOutcomes(journal, references.size);
  return { plan, explain, report, folder, references, outcomes };
}

function begin(source: BatchSource, { journal, ...options }: TestOptions & { readonly journal: Journal }) {
  const { references = createReferences(10), retryFailed, atOnce, ...others } = options;
  const plan = planRun(references, journal, source, retryFailed);
  const list = createListWork({ references, journal, source, retryFailed });
  const workloads = list.workloads.map((workload) => ({ ...workload, atOnce: atOnce ?? workload.atOnce }));
  const work = { ...list, workloads };
  const start = startRun({
    ...{ work, journal, batchId: 'b', monotonicNow: () => 0, callTimeoutMs: 1000 },
    ...others,
  });
  return { plan, explain: list.explain, start };
}

const listOutcomes = (journal: Journal, size: number) =>
  Array.from({ length: size }, (_, index) => journal.outcomeAt(index));

describe('startRun', () => {
  it('asks for every reference once, and enters each answer', async () => {
    const source = createSource();
    const { report, outcomes } = await run(source);
    expect(report).toMatchObject({ state: 'finished', total: 10, done: 10, calls: 10, counts: { ok: 10 } });
    expect(source.calls.flat()).toEqual(Array.from({ length: 10 }, (_, at) => String(1_000_000 + at)));
    expect(outcomes).toEqual(Array(10).fill('ok'));
  });

  it('asks for as many ids in one call as the source answers', async () => {
    const source = createSource(succeed, () => ({ ...ROUTE, idsPerCall: 4 }));
    const { plan } = await run(source);
    expect(source.calls.map((ids) => ids.length)).toEqual([4, 4, 2]);
    expect(plan.calls).toBe(3);
  });

  it('never mixes platforms in one call', async () => {
    const source = createSource(succeed, ({ platform }) => ({ ...ROUTE, group: platform, idsPerCall: 5 }));
    await run(source, { references: createReferences(10, ['red', 'blue']) });
    expect(source.calls.map((ids) => new Set(ids.map((id) => Number(id) % 2)).size)).toEqual([1, 1]);
  });

  it('has no more calls under way than it may', async () => {
    const source = createSource();
    await run(source, { references: createReferences(100), atOnce: 7 });
    expect(source.mostAtOnce()).toBe(7);
  });

  it('records what is final, and continues after it', async () => {
    const errors = [
      new NotFoundError('a'),
      new InputError('b'),
      new UnsupportedError('c'),
      new UpstreamError('d'),
    ];
    const source = createSource((ref) => {
      const error = errors[Number(ref.id) - 1_000_000];
      return error ? fail(error) : succeed(ref);
    });
    const { report, outcomes } = await run(source);
    expect(report).toMatchObject({ state: 'finished', done: 10 });
    expect(outcomes.slice(0, 5)).toEqual(['not_found', 'invalid', 'unsupported', 'upstream_error', 'ok']);
  });

  it('continues where an earlier run ended, without asking twice', async () => {
    const controller = new AbortController();
    const first = createSource((ref, call) => {
      if (call === 4) controller.abort();
      return succeed(ref);
    });
    const { folder, report } = await run(first, { signal: controller.signal, atOnce: 1 });
    expect(report).toMatchObject({ state: 'cancelled', cause: undefined });
    const second = createSource();
    const resumed = await run(second, { folder });
    expect(resumed.report).toMatchObject({ state: 'finished', done: 10 });
    expect(resumed.plan.done).toBe(report.done);
    expect(second.calls).toHaveLength(10 - report.done);
  });

  it.each([
    new CredentialError('the key is refused'),
    new ConfigError('the address is wrong'),
    new ThrottledError('throttled again and again', { code: 'throttled_repeatedly', stopsBatch: true }),
  ])('stops at once, resumable, when $name says that every call would fail', async (error) => {
    const source = createSource((ref, call) => (call > 3 ? fail(error) : succeed(ref)));
    const { report, outcomes, explain } = await run(source, {
      references: createReferences(1000),
      atOnce: 4,
    });
    expect(report).toMatchObject({ state: 'stopped', cause: error });
    expect(source.calls.length).toBeLessThan(10);
    expect(outcomes.filter((outcome) => outcome === 'ok').length).toBe(report.done);
    expect(outcomes[source.calls.length]).toBeUndefined();
    expect(explain(3)).toBe(error);
  });

  it('keeps the answers to calls that have left, which may cost money, when the day has no more', async () => {
    const used = new BoundError('the ceiling is reached', { code: 'daily_calls_used' });
    const answers = createSource();
    const source: BatchSource = {
      getRoute: () => ROUTE,
      getProducts: async (refs, options) =>
        answers.calls.length === 3 ? refs.map(() => fail(used)) : answers.getProducts(refs, options),
    };
    const { report } = await run(source, { atOnce: 4 });
    expect(report).toMatchObject({ state: 'stopped', cause: used, done: 3 });
    expect(answers.calls).toHaveLength(3);
  });

  it('stops after three calls in a row that refuse sound ids', async () => {
    const source = createSource((ref, call) =>
      call > 5 ? fail(new InputError('bad parameters')) : succeed(ref),
    );
    const { report } = await run(source, { references: createReferences(100), atOnce: 1 });
    expect(report.cause).toMatchObject({ code: 'refused_in_a_row' });
    // Five answers, three refusals, and three ids from elsewhere in the list.
    expect(source.calls).toHaveLength(11);
    const [far = []] = source.calls.slice(8);
    expect(Number(far[0])).toBeGreaterThan(1_000_040);
  });

  it('leaves the ids of those calls open, also when what stops the run is said otherwise', async () => {
    const refuse = (stop: BijiaError) =>
      createSource((ref, call) =>
        call > 5 ? fail(call < 8 ? new InputError('bad parameters') : stop) : succeed(ref),
      );
    for (const stop of [new InputError('bad parameters'), new CredentialError('bad parameters')]) {
      const options = { folder: createFolder(), atOnce: 1 };
      const { report, outcomes, explain } = await run(refuse(stop), options);
      expect(outcomes.slice(4)).toEqual(['ok', ...Array(5).fill(undefined)]);
      expect(explain(5)).toBe(report.cause);
      const resumed = await run(createSource(), options);
      expect(resumed.report).toMatchObject({ state: 'finished', calls: 5, counts: { ok: 10 } });
    }
  });

  it('believes refusals that nothing has shaken by the end of the run', async () => {
    const refuse = () => createSource(() => fail(new InputError('bad')));
    const whole = await run(refuse(), { references: createReferences(2) });
    expect(whole.report).toMatchObject({ state: 'finished', done: 2, counts: { invalid: 2 } });
    const bounded = await run(refuse(), { maxCalls: 1 });
    expect(bounded.report).toMatchObject({ state: 'stopped', done: 1, counts: { invalid: 1 } });
  });

  it('counts no refusals for which nothing was sent', async () => {
    const source: BatchSource = {
      getRoute: () => ROUTE,
      getProducts: async (refs) => refs.map(() => fail(new InputError('a dead link'))),
    };
    const { report } = await run(source, { atOnce: 1 });
    expect(report).toMatchObject({ state: 'finished', counts: { invalid: 10 } });
  });

  it('takes single refusals between answers for what they are', async () => {
    const source = createSource((ref, call) => (call % 3 === 0 ? succeed(ref) : fail(new InputError('bad'))));
    const { report } = await run(source, { references: createReferences(30), atOnce: 1 });
    expect(report).toMatchObject({ state: 'finished', counts: { ok: 10, invalid: 20 } });
  });

  it('asks again after an answer that settles nothing', async () => {
    const seen = new Set<string>();
    const source = createSource((ref) => {
      if (seen.has(ref.id)) return succeed(ref);
      seen.add(ref.id);
      return fail(new ThrottledError('wait'));
    });
    const { report } = await run(source);
    expect(report).toMatchObject({ state: 'finished', calls: 20, counts: { ok: 10 } });
  });

  it('gives up on that after five times, and stays resumable', async () => {
    const source = createSource(() => fail(new ThrottledError('wait')));
    const { report, outcomes, explain } = await run(source, { references: createReferences(2) });
    expect(report).toMatchObject({ state: 'stopped', done: 0, calls: 10, cause: { outcome: 'throttled' } });
    expect(outcomes).toEqual([undefined, undefined]);
    expect(explain(0)?.outcome).toBe('throttled');
  });

  it('asks again for failures of the upstream when it is told to', async () => {
    const folder = createFolder();
    await run(
      createSource((ref, call) => (call <= 3 ? fail(new UpstreamError('down')) : succeed(ref))),
      { folder },
    );
    expect((await run(createSource(), { folder })).report.calls).toBe(0);
    const retried = await run(createSource(), { folder, retryFailed: true });
    expect(retried.report).toMatchObject({ state: 'finished', calls: 3, counts: { ok: 10 } });
  });

  it('turns what a source throws for one reference into a recorded failure', async () => {
    const source = createSource((ref, call) =>
      call === 2 ? Promise.reject(new TypeError('oops')) : succeed(ref),
    );
    const { report } = await run(source);
    expect(report).toMatchObject({ state: 'finished', counts: { ok: 9, upstream_error: 1 } });
  });

  it('stops when everything it does fails inside', async () => {
    const source = createSource(() => Promise.reject(new TypeError('oops')));
    const { report } = await run(source, { references: createReferences(1000), atOnce: 1 });
    expect(report).toMatchObject({ state: 'stopped', calls: 3, done: 0, cause: { code: 'internal_error' } });
  });

  it('stops after a few answers in a row that hold nothing, and asks for those ids again when it is resumed', async () => {
    const empty = new ResponseError('charged, but no data', { code: 'paid_without_data' });
    const folder = createFolder();
    const options = { folder, references: createReferences(100), atOnce: 1 };
    const { report } = await run(
      createSource((ref, call) => (call > 5 ? fail(empty) : succeed(ref))),
      options,
    );
    // Three, and three for ids from elsewhere.
    expect(report).toMatchObject({ state: 'stopped', cause: empty, calls: 11, counts: { ok: 5 }, done: 5 });
    const resumed = await run(createSource(), options);
    expect(resumed.report).toMatchObject({ state: 'finished', calls: 95, counts: { ok: 100 } });
  });

  it.each([
    ['in a row', (id: number) => id >= 1_000_010 && id < 1_000_020],
    ['all that is left', (id: number) => id >= 1_000_090],
  ])('finishes a list in which some ids only ever bring answers of no use: %s', async (_, isOdd) => {
    const other = new ResponseError('asked for one, answered about another', { code: 'other_product' });
    const source = createSource((ref) => (isOdd(Number(ref.id)) ? fail(other) : succeed(ref)));
    const options = { folder: createFolder(), references: createReferences(100), atOnce: 4 };
    let { report } = await run(source, options);
    if (report.state === 'stopped') ({ report } = await run(source, options));
    expect(report).toMatchObject({ state: 'finished', counts: { ok: 90, upstream_error: 10 } });
  });

  it('counts the faults of each source by itself', async () => {
    const source = createSource(
      (ref) => (Number(ref.id) % 2 === 0 ? succeed(ref) : fail(new InputError('bad parameters'))),
      ({ platform }) => ({ ...ROUTE, source: platform, group: platform }),
    );
    const { report } = await run(source, {
      references: createReferences(40, ['red', 'blue']),
      atOnce: 1,
    });
    expect(report.cause?.message).toContain('blue refused 3 calls in a row');
  });

  it('stops when the journal cannot be written', async () => {
    const folder = createFolder();
    const journal = await openJournal({
      folder,
      run: 1,
      list: 'list',
      createFile: () => Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' })),
    });
    const source = createSource();
    const references = createReferences(1000);
    const { start } = begin(source, { references, journal, atOnce: 4 });
    expect(await start.report).toMatchObject({ state: 'stopped', done: 0, cause: { code: 'disk_full' } });
    expect(source.calls.length).toBeLessThan(10);
  });

  it('asks for nothing that no source answers, and says why', async () => {
    const refuse = new ConfigError('blue is not configured');
    const source = createSource(succeed, ({ platform }) => {
      if (platform === 'blue') throw refuse;
      return ROUTE;
    });
    const { report, outcomes, plan, explain } = await run(source, {
      references: createReferences(4, ['red', 'blue']),
    });
    expect(plan).toMatchObject({
      calls: 2,
      refTypes: [
        { platform: 'red', open: 2 },
        { platform: 'blue', refusal: refuse },
      ],
    });
    expect(report).toMatchObject({ state: 'stopped', cause: refuse, done: 2 });
    expect(outcomes).toEqual(['ok', undefined, 'ok', undefined]);
    expect(explain(1)).toBe(refuse);
  });

  it('is finished when all that is left can never be answered', async () => {
    const source = createSource(succeed, ({ platform }) => {
      if (platform === 'blue') throw new UnsupportedError('blue is not supported');
      return ROUTE;
    });
    const { report } = await run(source, { references: createReferences(4, ['red', 'blue']) });
    expect(report.state).toBe('finished');
  });
});

describe('an account that has not answered yet', () => {
  const refuse = () => fail(new InputError('400: parameter or signature'));

  it('is asked once, however many calls could be made', async () => {
    const source = createSource(() => fail(new CredentialError('the secret is wrong')));
    const { report } = await run(source, { references: createReferences(100) });
    expect(report).toMatchObject({ state: 'stopped', calls: 1 });
  });

  it('is proven by another id: the one that was refused is invalid, and the others are answered', async () => {
    const source = createSource((ref) => (ref.id === '1000000' ? refuse() : succeed(ref)));
    const { report, outcomes } = await run(source, { references: createReferences(60) });
    expect(report).toMatchObject({ state: 'finished', calls: 60, counts: { ok: 59, invalid: 1 } });
    expect(outcomes[0]).toBe('invalid');
  });

  it('is proven by what it answered before, where only refused ids are left', async () => {
    const options = { folder: createFolder(), references: createReferences(10) };
    const isBad = ({ id }: { readonly id: string }) => Number(id) >= 1_000_005;
    const source = () => createSource((ref) => (isBad(ref) ? refuse() : succeed(ref)));
    const first = await run(source(), options);
    expect(first.report).toMatchObject({ state: 'stopped', cause: { code: 'refused_in_a_row' }, done: 5 });
    const resumed = await run(source(), options);
    expect(resumed.report).toMatchObject({ state: 'finished', counts: { ok: 5, invalid: 5 } });
  });
});

describe('a run that ends early', () => {
  /** Answers when it is told to, unless it is aborted. */
  function createSlowSource() {
    const waiting: (() => void)[] = [];
    const source: BatchSource = {
      getRoute: () => ROUTE,
      getProducts: async ([ref], { signal, onPermit }) => {
        onPermit?.();
        if (waiting.length > 0 || ref?.id !== '1000000') {
          await new Promise<void>((resolve, reject) => {
            waiting.push(resolve);
            signal?.addEventListener('abort', () => reject(new CancelledError()));
          });
        }
        return ref ? [succeed(ref)] : [];
      },
    };
    return { source, waiting, answerAll: () => waiting.splice(0).map((answer) => answer()) };
  }

  it('lets the calls that have left come home, and begins no other', async () => {
    const controller = new AbortController();
    const { source, waiting, answerAll } = createSlowSource();
    const running = run(source, { signal: controller.signal, atOnce: 4 });
    await expect.poll(() => waiting.length).toBe(4);
    controller.abort();
    answerAll();
    const { report, outcomes } = await running;
    expect(report).toMatchObject({ state: 'cancelled', done: 5, calls: 5 });
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(5);
  });

  it('waits for them no longer than a call may take', async () => {
    const controller = new AbortController();
    const { source, waiting } = createSlowSource();
    const running = run(source, { signal: controller.signal, atOnce: 4, callTimeoutMs: 20 });
    await expect.poll(() => waiting.length).toBe(4);
    controller.abort();
    expect((await running).report).toMatchObject({ state: 'cancelled', done: 1 });
  });

  it('calls off at once what waits for its permit', async () => {
    const controller = new AbortController();
    const source: BatchSource = {
      getRoute: () => ROUTE,
      getProducts: (_refs, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new CancelledError()));
          controller.abort();
        }),
    };
    const { report } = await run(source, { signal: controller.signal, callTimeoutMs: 1e6 });
    expect(report).toMatchObject({ state: 'cancelled', done: 0 });
  });
});

describe('maxCalls', () => {
  it('finishes a group of ids, all its calls, before the next is begun', async () => {
    const source: BatchSource = {
      getRoute: () => ({ ...ROUTE, idsPerCall: 5, countCalls: (ids) => ids * 2 }),
      getProducts: async (refs, { onPermit }) => {
        for (const _ of [...refs, ...refs]) onPermit?.();
        return refs.map(succeed);
      },
    };
    const options = { references: createReferences(20), folder: createFolder() };
    const whole = await run(source, { ...options, folder: createFolder(), maxCalls: 40 });
    expect(whole.plan.calls).toBe(40);
    expect(whole.report).toMatchObject({ state: 'finished', calls: 40 });
    const half = await run(source, { ...options, maxCalls: 20 });
    expect(half.report).toMatchObject({ state: 'stopped', calls: 20, done: 10 });
    expect((await run(source, options)).report).toMatchObject({ state: 'finished', calls: 20 });
  });

  it('asks for as many ids of a group as still fit, with all their calls', async () => {
    const groups: number[] = [];
    const source: BatchSource = {
      getRoute: () => ({ ...ROUTE, idsPerCall: 5, countCalls: (ids) => 1 + ids * 2 }),
      getProducts: async (refs, { onPermit }) => {
        groups.push(refs.length);
        for (const _ of [0, ...refs, ...refs]) onPermit?.();
        return refs.map(succeed);
      },
    };
    const { report } = await run(source, { references: createReferences(20), maxCalls: 18 });
    expect(groups).toEqual([5, 3]);
    expect(report).toMatchObject({ state: 'stopped', calls: 18, done: 8 });
  });

  it('bounds the calls of a run, which stays resumable', async () => {
    const folder = createFolder();
    const source = createSource();
    const { report } = await run(source, { folder, maxCalls: 4 });
    expect(report).toMatchObject({
      state: 'stopped',
      done: 4,
      calls: 4,
      cause: { code: 'max_calls_reached' },
    });
    expect(source.calls).toHaveLength(4);
    expect((await run(createSource(), { folder })).report).toMatchObject({ state: 'finished', calls: 6 });
  });

  it('counts calls that are repeated', async () => {
    const source: BatchSource = {
      getRoute: () => ROUTE,
      getProducts: async (refs, { onPermit }) => {
        // A road that tries everything twice.
        onPermit?.();
        onPermit?.();
        return refs.map(succeed);
      },
    };
    const { report } = await run(source, { maxCalls: 5, atOnce: 3 });
    expect(report).toMatchObject({ state: 'stopped', cause: { code: 'max_calls_reached' } });
    expect(report.calls).toBe(5);
  });

  it('does not count what was cached', async () => {
    const source: BatchSource = { getRoute: () => ROUTE, getProducts: async (refs) => refs.map(succeed) };
    expect((await run(source, { maxCalls: 1 })).report).toMatchObject({ state: 'finished', calls: 0 });
  });

  it('is not a cause when it is just enough', async () => {
    expect((await run(createSource(), { maxCalls: 10 })).report.state).toBe('finished');
  });
});

describe('ready', () => {
  it('resolves as each reference gets its outcome, and for the rest when the run ends', async () => {
    const journal = await openAt(createFolder(), 6);
    const controller = new AbortController();
    const source = createSource((ref, call) => {
      if (call === 3) controller.abort();
      return succeed(ref);
    });
    const { ready, report } = begin(source, {
      ...{ references: createReferences(6), journal, signal: controller.signal, atOnce: 1 },
    }).start;
    await ready(1);
    expect(journal.outcomeAt(1)).toBe('ok');
    expect(journal.outcomeAt(5)).toBeUndefined();
    await ready(5);
    expect((await report).state).toBe('cancelled');
    await journal.close();
  });
});

describe('progress', () => {
  it('counts up to the end, with pace and remaining time', async () => {
    const seen: Progress[] = [];
    let nowMs = 0;
    const source = createSource((ref) => {
      nowMs += 1000;
      return succeed(ref);
    });
    await run(source, {
      onProgress: (progress) => seen.push(progress),
      monotonicNow: () => nowMs,
      atOnce: 1,
    });
    expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(seen[4]).toMatchObject({ rate: 1, remainingMs: 5000, total: 10, counts: { ok: 5 } });
    expect(seen.at(-1)?.remainingMs).toBe(0);
  });
});

describe('a process that is killed while it tells its progress', () => {
  it('is followed by one that tells no less, at whatever moment', async () => {
    const folder = createFolder();
    const references = createReferences(40);
    const told: { readonly done: number; readonly left: string }[] = [];
    const tries = new Map<string | null, number>();
    const source = createSource(
      (ref) => {
        const tried = (tries.get(ref.id) ?? 0) + 1;
        tries.set(ref.id, tried);
        // Every third answers only when it is asked again.
        return Number(ref.id) % 3 === 0 && tried === 1 ? fail(new UpstreamError('down')) : succeed(ref);
      },
      () => ({ ...ROUTE, idsPerCall: 3 }),
    );
    await run(source, {
      ...{ folder, references, atOnce: 4 },
      onProgress: ({ done }) => {
        // What a kill at this moment leaves on the disk.
        const left = createFolder();
        cpSync(folder, left, { recursive: true });
        told.push({ done, left });
      },
    });
    expect(told.length).toBeGreaterThan(10);
    for (const { done, left } of told) {
      const journal = await openAt(left, references.size);
      expect(planRun(references, journal, source, false).done).toBeGreaterThanOrEqual(done);
      await journal.close();
    }
  });
});

describe('the figures of one line', () => {
  it('agree whenever they are told', async () => {
    const seen: Progress[] = [];
    const source = createSource(succeed, () => ({ ...ROUTE, idsPerCall: 4 }));
    const references = createReferences(200);
    await run(source, { references, onProgress: (progress) => seen.push(progress), atOnce: 7 });
    expect(seen.map(({ counts }) => counts.ok)).toEqual(seen.map(({ done }) => done));
    expect(seen.at(-1)?.done).toBe(200);
  });
});

describe('plan', () => {
  it.each([
    [90, 1, 1000],
    [300, 1, 150_000],
    [1000, 1, 570_000],
    [100_000, 1, 59_970_000],
    [100_000, 100, 570_000],
  ])(
    'expects %i ids, %i a call, to take %i ms at 100 calls a minute',
    async (ids, idsPerCall, expectedMs) => {
      const source = createSource(succeed, () => ({ ...ROUTE, idsPerCall, isPaid: true }));
      const controller = new AbortController();
      controller.abort();
      const { plan } = await run(source, { references: createReferences(ids), signal: controller.signal });
      expect(plan).toMatchObject({
        expectedMs,
        calls: ids / idsPerCall,
        paidCalls: ids / idsPerCall,
        done: 0,
      });
      expect(source.calls).toEqual([]);
    },
  );

  it('expects no more than can be answered side by side, however large the quota is', async () => {
    const limit = { calls: 1_000_000, windowMs: 60_000 };
    const source = createSource(succeed, () => ({ ...ROUTE, limit }));
    const { plan } = await run(source, { references: createReferences(9600), signal: AbortSignal.abort() });
    expect(plan.expectedMs).toBe(90_000);
  });
});
