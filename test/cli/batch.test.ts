import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { tryMount } from '../helpers/own-disk.js';
import { CLI, type CliRun, runCli, runCliProcess, startCli, startCliProcess } from '../helpers/run-cli.js';

let sandbox: Sandbox;
beforeAll(async () => {
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams, quota: '1000/10s', latencyMs: [5, 20] });
});
afterAll(() => sandbox.close());

let folder: string;
let environment: Record<string, string>;
const inFolder = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-cli-batch-'));
  environment = { ...sandbox.environment, BIJIA_STATE_DIR: inFolder('state') };
  sandbox.clear();
});
afterEach(() => rmSync(folder, { recursive: true }));

const link = (id: number | string) => `https://item.jd.com/${id}.html`;
const createIds = (count: number) =>
  Array.from({ length: count }, (_, at) => String(100_000_000_001 + at * 1000));

function writeInput(name: string, content: string | Uint8Array): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

const writeLinks = (ids: readonly string[]) =>
  writeInput('list.txt', ids.map((id) => `${link(id)}\n`).join(''));

function runBatch(args: readonly string[], changes: Record<string, string> = {}): Promise<CliRun> {
  return runCli(['batch', ...args], { environment: { ...environment, ...changes } });
}

interface Line {
  readonly line: number;
  readonly input: string;
  readonly outcome: string;
  readonly id?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

const parseLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const readLines = (name: string) => parseLines(readFileSync(inFolder(name), 'utf8'));

describe('bijia batch', () => {
  it('answers every line in input order, on stdout as they come', async () => {
    const ids = createIds(120);
    const { code, stdout, stderr } = await runCliProcess(['batch', writeLinks(ids)], { environment });
    expect(code).toBe(0);
    expect(parseLines(stdout).map(({ line, id, outcome }) => [line, id, outcome])).toEqual(
      ids.map((id, at) => [at + 1, id, 'ok']),
    );
    expect(stderr).toMatch(/120 lines: jd 120; 0 repeated, 0 not recognised\nJob [0-9a-f]{10}: 120 calls/);
    expect(stderr).not.toMatch(/Warning/);
  });

  it('says what it would take and sends nothing with --dry-run', async () => {
    const { code, stdout, stderr } = await runBatch([writeLinks(createIds(5)), '--dry-run']);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/5 calls/);
    expect(sandbox.arrivals()).toHaveLength(0);
    expect((await runCli(['jobs'], { environment })).stderr).toMatch(/No jobs/);
  });

  it('exits with 1 where --dry-run finds nothing usable', async () => {
    const { code, stderr } = await runBatch([writeInput('nothing.txt', 'nothing\nat all\n'), '--dry-run']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('2 not recognised')]);
  });

  it('says nothing with --quiet but why it stopped', async () => {
    const args = [writeLinks(createIds(2)), '--out', inFolder('quiet.jsonl'), '--quiet'];
    const stopped = await runBatch([...args, '--max-calls', '1']);
    expect(stopped.stderr).toMatch(/bijia jobs resume/);
    expect(await runBatch(args)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('says nothing with --quiet of the embedded sandbox either: its rows do', async () => {
    const environment = { BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: inFolder('embedded') };
    const run = await runCli(['batch', writeLinks(createIds(1)), '--quiet'], { environment });
    expect(run).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('"sandbox":true') });
  });

  it('continues with the same command after --max-calls, asking for nothing twice', async () => {
    const args = [writeLinks(createIds(7)), '--out', inFolder('out.jsonl')];
    const first = await runBatch([...args, '--max-calls', '3']);
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(
      /limit of 3 calls has been reached.*To continue, run the same command, or: bijia jobs resume/s,
    );
    expect(existsSync(inFolder('out.jsonl'))).toBe(false);
    expect(readLines('out.jsonl.partial').filter(({ outcome }) => outcome === 'ok')).toHaveLength(3);
    const second = await runBatch(args);
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/3 known from before/);
    expect(readLines('out.jsonl').map(({ outcome }) => outcome)).toEqual(Array(7).fill('ok'));
    expect(existsSync(inFolder('out.jsonl.partial'))).toBe(false);
    expect(sandbox.arrivals()).toHaveLength(7);
  });

  it('ends with 130 on Ctrl-C and says how to continue', async () => {
    const args = ['batch', writeLinks(createIds(400)), '--out', inFolder('out.csv')];
    const slow = { ...environment, JD_UNION_QUOTA: '50/10s' };
    const { signal, end } = startCli(args, { environment: slow });
    while (sandbox.arrivals().length < 5) await sleep(20);
    signal('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toMatch(/To continue, run the same command, or: bijia jobs resume [0-9a-f]{10}/);
    expect(readdirSync(folder).sort()).toEqual(['list.txt', 'out.csv.partial', 'state']);
  });
});

describe('what a batch has found so far', () => {
  it('stands in a file while it runs, stays after kill -9, and is exported without credentials', async () => {
    const out = inFolder('out.csv');
    const slow = { ...environment, JD_UNION_QUOTA: '100/10s' };
    const { signal, end } = startCliProcess(['batch', writeLinks(createIds(400)), '--out', out], {
      environment: slow,
    });
    await expect.poll(() => existsSync(`${out}.partial`) && sandbox.arrivals().length).toBeGreaterThan(45);
    signal('SIGKILL');
    await end;
    const countOk = (path: string) => readFileSync(path, 'utf8').split(',ok,').length - 1;
    expect(countOk(`${out}.partial`)).toBeGreaterThan(0);
    const nothingSet = { BIJIA_STATE_DIR: inFolder('state') };
    const { stdout } = await runCli(['jobs'], { environment: nothingSet });
    const [id = ''] = /[0-9a-f]{10}/.exec(stdout) ?? [];
    expect(stdout).toContain(`→ ${out}`);
    const exported = inFolder('sofar.csv');
    const run = await runCli(['jobs', 'export', id, '--out', exported], { environment: nothingSet });
    expect([run.code, run.stderr]).toEqual([
      0,
      expect.stringContaining(`→ ${exported}. Job ${id} is stopped`),
    ]);
    expect(countOk(exported)).toBeGreaterThanOrEqual(countOk(`${out}.partial`));
    expect(readFileSync(exported, 'utf8')).not.toContain('not_configured');
    // What it says is what is in the file.
    expect(run.stderr).toContain(`${countOk(exported)} of 400 answered`);
  });
});

describe('a reader that has seen enough', () => {
  it('ends the batch as Ctrl-C does, with the answers kept', async () => {
    const slow = { ...environment, JD_UNION_QUOTA: '50/30s' };
    const list = writeLinks(createIds(400));
    const { stdout, end } = startCliProcess(['batch', list], { environment: slow });
    await once(stdout, 'data');
    stdout.destroy();
    const { code, stderr } = await end;
    const sent = sandbox.arrivals().length;
    expect(code).toBe(130);
    expect(sent).toBeLessThan(100);
    expect(stderr).toMatch(
      /is cancelled: found \d+\nTo continue, run the same command, or: bijia jobs resume \w+\n$/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    const { stderr: plan } = await runBatch([list, '--dry-run']);
    const known = Number(/; (\d+) known from before/.exec(plan)?.[1]);
    expect(known).toBeGreaterThan(0);
    expect(known).toBeLessThanOrEqual(sent);
  });
});

describe('one of a thing', () => {
  it('is said in the singular', async () => {
    const args = [
      writeInput('list.txt', `${link(100_000_000_001)}\nnothing\n`),
      '--out',
      inFolder('out.csv'),
    ];
    const { stderr } = await runBatch([...args, '--max-calls', '1']);
    expect(stderr).toMatch(/^2 lines: jd 1; 0 repeated, 1 not recognised\n.*\nJob \w+: 1 call, about/);
    expect(stderr).toMatch(/found 1, 1 line not recognised/);
    const bounded = await runBatch([writeLinks(createIds(2)), '--max-calls', '1']);
    expect(bounded.stderr).toMatch(/limit of 1 call has been reached/);
  });
});

describe('bijia jobs', () => {
  const startJob = async (args: readonly string[] = []) => {
    await runBatch([writeLinks(createIds(2)), '--quiet', ...args]);
    const { jobs } = JSON.parse((await runCli(['jobs', '--json'], { environment })).stdout);
    return jobs[0].id as string;
  };
  const jobs = async (...args: string[]) => (await runCli(['jobs', ...args], { environment })).stderr;

  it('cancel says what became of the job', async () => {
    const finished = await startJob();
    expect(await jobs('cancel', finished.slice(0, 5))).toBe(
      `Job ${finished} (list.txt) is finished; there is nothing to stop.\n`,
    );
    const stopped = await startJob(['--max-calls', '1']);
    expect(await jobs('cancel', stopped)).toBe(
      `Job ${stopped} (list.txt) is cancelled. To continue: bijia jobs resume ${stopped}\n`,
    );
  });

  it('prints nothing where there are none', async () => {
    const none = { ...environment, BIJIA_STATE_DIR: inFolder('no-jobs') };
    const { code, stdout, stderr } = await runCli(['jobs'], { environment: none });
    expect([code, stdout, stderr]).toEqual([0, '', expect.stringMatching(/^No jobs\./)]);
  });

  it('rm names the whole id of the job that the beginning of one meant', async () => {
    const id = await startJob();
    expect(await jobs('rm', id.slice(0, 5))).toBe(`Job ${id} is removed.\n`);
    const next = await startJob();
    expect(await jobs('rm', next, '--lang', 'zh')).toBe(`已删除任务 ${next}。\n`);
  });
});

describe('an input that is not a list', () => {
  const random = Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919 + (at >> 3)) & 0xff);
  const changed = Buffer.concat([
    Buffer.from(`商品一 ${link(1)}\n`),
    // 商品 in GB18030.
    Buffer.from([0xc9, 0xcc, 0xc6, 0xb7]),
    Buffer.from(` ${link(2)}\n`),
  ]);
  it.each<[string, string, string | Uint8Array, RegExp]>([
    ['an empty file', 'a.txt', '', /is empty\. Expected a text file/],
    [
      'nothing but blank lines',
      'a.txt',
      '\n \n\n',
      /The input is empty; expected one product or share text per line/,
    ],
    ['a binary', 'a.txt', random, /Line 1 holds binary data; expected a text file/],
    ['a picture called txt', 'a.txt', Buffer.from('89504e470d0a1a0a', 'hex'), /The file is a picture/],
    ['mixed encodings', 'a.txt', changed, /Line 2 is in another encoding.*Save it again as UTF-8/],
    [
      'a header with no known column',
      'a.csv',
      'foo,bar\nhello,world\nx,y\n',
      /No column with product links or IDs was found.*"foo".*"bar"/,
    ],
    ['a broken workbook', 'a.xlsx', Buffer.from('504b0304deadbeef', 'hex'), /workbook/],
  ])('is refused in one sentence: %s', async (_, name, content, sentence) => {
    const { code, stdout, stderr } = await runBatch([
      writeInput(name, content),
      '--out',
      inFolder('out.jsonl'),
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual([name, 'state']);
    expect(readdirSync(inFolder('state/jobs'))).toEqual([]);
  });

  it('is refused at once when it is 3 GB large', async () => {
    const path = writeInput('huge.txt', '');
    truncateSync(path, 3 * 2 ** 30);
    const { code, stderr } = await runBatch([path]);
    expect([code, stderr]).toEqual([1, 'The input is larger than 1024 MB; split it.\n']);
  });

  it('is named when it does not exist or is a folder', async () => {
    expect((await runBatch([inFolder('nothing.txt')])).stderr).toMatch(/nothing\.txt does not exist\.\n$/);
    expect((await runBatch([folder])).stderr).toMatch(/is a folder\. Expected/);
  });
});

describe('lines that cannot be used', () => {
  it('are each answered with a reason, duplicates with the one answer', async () => {
    const texts = [
      link(1001),
      'nothing here',
      link(1001),
      'https://item.taobao.com/item.htm?id=713417934359',
      '1.00012E+11',
    ];
    const { code, stdout, stderr } = await runBatch([
      writeInput('list.txt', texts.join('\n')),
      '--platform',
      'jd',
    ]);
    expect(code).toBe(1);
    const lines = parseLines(stdout);
    expect(lines.map(({ input }) => input)).toEqual(texts);
    expect(lines.map(({ outcome }) => outcome)).toEqual(['ok', 'invalid', 'ok', 'unsupported', 'invalid']);
    expect(lines.at(-1)?.error).toMatchObject({
      code: 'rounded_id',
      message: expect.stringMatching(/scientific notation/),
    });
    expect(stderr).toMatch(/5 lines: jd 1, taobao 1; 1 repeated, 2 not recognised\n {2}line 2: /);
    // One for each marketplace: what an id is no longer good for, the upstream says.
    expect(sandbox.arrivals()).toHaveLength(2);
  });

  it('keep their line numbers in a table, where Excel rounded the ids', async () => {
    const table = '名称,商品ID\na,1.00012E+11\nb,100000001001\n';
    const { stdout } = await runBatch([writeInput('list.csv', table), '--platform', 'jd']);
    expect(parseLines(stdout).map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'invalid'],
      [3, 'ok'],
    ]);
  });
});

describe('an output that cannot be written', () => {
  it.each([
    ['in a folder that does not exist', 'nowhere/out.jsonl', /its folder does not exist\. Give another path/],
    ['in a folder that is a file', 'list.txt/out.jsonl', /its folder is a file/],
    ['of an unknown kind', 'out.txt', /must end in \.jsonl, \.csv or \.xlsx/],
    ['that is a device', 'device.jsonl', /is not a regular file; choose another path/],
    ['that is a folder', 'folder.csv', /is not a regular file; choose another path/],
  ])('is refused before anything is sent: one %s', async (_, name, sentence) => {
    symlinkSync('/dev/full', inFolder('device.jsonl'));
    mkdirSync(inFolder('folder.csv'));
    const { code, stderr } = await runBatch([writeLinks(createIds(3)), '--out', inFolder(name)]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(sentence);
    expect(sandbox.arrivals()).toHaveLength(0);
  });

  it('leaves what an older file holds until the new one is whole', async () => {
    writeInput('out.jsonl', 'yesterday\n');
    const args = [writeLinks(createIds(4)), '--out', inFolder('out.jsonl'), '--force'];
    await runBatch([...args, '--max-calls', '2']);
    expect(readFileSync(inFolder('out.jsonl'), 'utf8')).toBe('yesterday\n');
    await runBatch(args);
    expect(readLines('out.jsonl')).toHaveLength(4);
  });

  it('replaces what the same job wrote, and nothing else', async () => {
    const args = [writeLinks(createIds(3)), '--out', inFolder('own.csv')];
    expect((await runBatch(args)).code).toBe(0);
    expect((await runBatch(args)).code).toBe(0);
    writeInput('own.csv', 'edited by hand\n');
    const { code, stderr } = await runBatch(args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--force')]);
    expect(readFileSync(inFolder('own.csv'), 'utf8')).toBe('edited by hand\n');
    expect((await runBatch([...args, '--force'])).code).toBe(0);
  });

  it('says so when stdout is a full disk, and keeps the answers', async ({ skip }) => {
    if (!existsSync('/dev/full')) return skip();
    const list = writeLinks(createIds(4));
    const shell = spawn(
      'sh',
      ['-c', '"$0" "$1" batch "$2" --quiet > /dev/full', process.execPath, CLI, list],
      {
        env: { ...environment, PATH: process.env['PATH'] },
      },
    );
    expect(await text(shell.stderr)).toBe('The output cannot be written (ENOSPC).\n');
    const { code, stderr } = await runBatch([list]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/known from before/)]);
  });
});

describe('a full disk', () => {
  it('that holds the jobs stops the batch, which continues when there is room', async ({ skip }) => {
    const disk = inFolder('disk');
    if (!tryMount(disk, 'size=400k')) return skip();
    try {
      const args = [writeLinks(createIds(300)), '--out', inFolder('out.jsonl')];
      const onDisk = { BIJIA_STATE_DIR: join(disk, 'state') };
      const stopped = await runBatch(args, onDisk);
      expect(stopped.code).not.toBe(0);
      expect(stopped.stderr).toMatch(/disk.*full.*[Ff]ree some space/s);
      expect(stopped.stderr).not.toMatch(/\n\s+at /);
      execFileSync('mount', ['-o', 'remount,size=8m', disk]);
      const { code, stderr } = await runBatch(args, onDisk);
      expect(stderr).toMatch(/known from before/);
      expect(code).toBe(0);
      expect(readLines('out.jsonl').every(({ outcome }) => outcome === 'ok')).toBe(true);
      expect(sandbox.arrivals().length).toBeLessThanOrEqual(300 + 32);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('that holds the output keeps the answers in the job', async ({ skip }) => {
    const disk = inFolder('disk');
    if (!tryMount(disk, 'size=60k')) return skip();
    try {
      const args = [writeLinks(createIds(150)), '--out', join(disk, 'out.jsonl')];
      const stopped = await runBatch(args);
      expect(stopped.code).not.toBe(0);
      expect(stopped.stderr).toMatch(/disk is full.*was not written.*kept its results/s);
      // What was found so far may have found room; no draft stays.
      expect(readdirSync(disk).filter((name) => name !== 'out.jsonl.partial')).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=8m', disk]);
      expect((await runBatch(args)).code).toBe(0);
      expect(readLines('disk/out.jsonl')).toHaveLength(150);
      expect(sandbox.arrivals()).toHaveLength(150);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('the state folder', () => {
  it('is named, with its variable, when it cannot be made', async () => {
    const { code, stderr } = await runBatch([writeLinks(createIds(3))], {
      BIJIA_STATE_DIR: '/dev/null/state',
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/BIJIA_STATE_DIR/)]);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is named, with its variable, when it is read-only', async ({ skip }) => {
    // Permissions do not bind the superuser, who may mount instead.
    const isMounted = tryMount(inFolder('state'), 'ro');
    if (!isMounted && process.getuid?.() === 0) return skip();
    if (!isMounted) chmodSync(inFolder('state'), 0o555);
    try {
      const { code, stderr } = await runBatch([writeLinks(createIds(3))]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/BIJIA_STATE_DIR/)]);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(sandbox.arrivals()).toHaveLength(0);
    } finally {
      if (isMounted) execFileSync('umount', [inFolder('state')]);
    }
  });

  it('may be on another file system than the input and the output', async ({ skip }) => {
    const { dev } = statSync(inFolder('.'));
    const other = ['/dev/shm', '/var/tmp'].find((path) => existsSync(path) && statSync(path).dev !== dev);
    if (!other) return skip();
    const state = mkdtempSync(join(other, 'bijia-state-'));
    try {
      const args = [writeLinks(createIds(3)), '--out', inFolder('out.jsonl')];
      expect((await runBatch(args, { BIJIA_STATE_DIR: state })).code).toBe(0);
      expect(readLines('out.jsonl')).toHaveLength(3);
    } finally {
      rmSync(state, { recursive: true });
    }
  });
});

describe('a journal that does not fit', () => {
  it.each([
    ['another version', { version: 99 }, /written by another version of bijia \(format 99/],
    ['another list', { list: 'somebody else’s' }, /belongs to another list.*bijia jobs rm/],
  ])('because it is of %s is refused and left alone', async (_, change, sentence) => {
    const args = [writeLinks(createIds(4)), '--out', inFolder('out.jsonl'), '--force'];
    await runBatch([...args, '--max-calls', '2']);
    const [job = ''] = readdirSync(inFolder('state/jobs'));
    const path = join('state/jobs', job, 'journal-1-1.jsonl');
    const [header = '', ...entries] = readFileSync(inFolder(path), 'utf8').split('\n');
    const foreign = [JSON.stringify({ ...JSON.parse(header), ...change }), ...entries].join('\n');
    writeInput(path, foreign);
    const { code, stderr } = await runBatch(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(readFileSync(inFolder(path), 'utf8')).toBe(foreign);
    expect(sandbox.arrivals()).toHaveLength(2);
  });
});

describe('two runs of one job at once', () => {
  it('are one run: the second is told who has it, and the first continues', async () => {
    // Eight seconds at this quota, in which the second one has begun.
    const args = ['batch', writeLinks(createIds(160)), '--out', inFolder('out.jsonl')];
    const slow = { environment: { ...environment, JD_UNION_QUOTA: '40/2s' } };
    const first = startCliProcess(args, slow);
    while (sandbox.arrivals().length === 0) await sleep(20);
    const second = await runCli(args, slow);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      new RegExp(
        `already running in process ${first.child.pid}\\. Wait for it, or stop it with "bijia jobs cancel"`,
      ),
    );
    expect((await first.end).code).toBe(0);
    expect(readLines('out.jsonl')).toHaveLength(160);
    expect(sandbox.arrivals()).toHaveLength(160);
  });
});

describe('what a batch cost, and why it stopped', () => {
  const pdd = (at: number) => `https://mobile.yangkeduo.com/goods.html?goods_id=${8_000_000_000 + at}\n`;

  it('is said at its end and by jobs, with the words of the upstream', async () => {
    const list = writeInput('list.txt', [1, 2, 3].map(pdd).join(''));
    sandbox.setFaults([{ kind: 'code', code: '603', id: '8000000002' }]);
    const stopped = await runBatch([list, '--source', 'pdd-jumdata']);
    sandbox.setFaults([]);
    expect(stopped.stderr).toContain('The source says: "余额不足请充值"');
    expect(stopped.stderr).toMatch(/^Billed: \d calls?$/m);
    const [jobs, { stdout }] = await Promise.all([
      runCli(['jobs'], { environment }),
      runCli(['jobs', '--json'], { environment }),
    ]);
    expect(jobs.stdout).toContain('The source says: "余额不足请充值"');
    expect(JSON.parse(stdout).jobs).toMatchObject([
      { billed: expect.any(Number), cause: { said: '余额不足请充值' } },
    ]);
    const ended = await runBatch([list, '--source', 'pdd-jumdata']);
    expect(ended.stderr).toMatch(/^Billed: \d calls?$/m);
    const [job] = JSON.parse((await runCli(['jobs', '--json'], { environment })).stdout).jobs;
    expect(job).toMatchObject({ state: 'finished', billed: 3 });
    expect(job.cause).toBeUndefined();
  });
});
