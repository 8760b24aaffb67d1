import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../free-port.js';

/** Where Debian puts the binaries, the newest version first. */
const FOLDERS = '/usr/lib/postgresql';

const findBinaries = (): string | undefined =>
  existsSync(FOLDERS)
    ? readdirSync(FOLDERS)
        .sort((one, other) => Number(other) - Number(one))
        .map((version) => join(FOLDERS, version, 'bin'))
        .find((folder) => existsSync(join(folder, 'initdb')))
    : undefined;

/** Whether suites that need a server run: not on a machine without one, unless the environment insists. */
export function hasPostgres(): boolean {
  if (findBinaries()) return true;
  if (process.env['BIJIA_TEST_POSTGRES'] === 'required')
    throw new Error('BIJIA_TEST_POSTGRES=required, and no PostgreSQL is installed');
  return false;
}

/** A real server of its own port and folder. */
export interface PostgresServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Ends at once, without a checkpoint: what was acknowledged must be there after the next start. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Moves the server's wall clock by this many seconds, where it is movable. */
  readonly setClock: (offsetSeconds: number) => void;
  /** What the server's wall clock shows, in milliseconds since 1970. */
  readonly readClock: () => number;
  /** A second server that follows this one, asynchronously. */
  readonly createStandby: () => Promise<PostgresServer>;
  readonly promote: () => Promise<void>;
  readonly psql: (statement: string) => string;
  /** What `pg_dump` writes of the schema, put back after everything in it was dropped. */
  readonly takeBackup: () => { readonly restore: () => void };
  /** Puts lines before all others of `pg_hba.conf`, by which users are let in. */
  readonly letIn: (...lines: readonly string[]) => void;
  /** Writes a file into the data folder, readable by the server alone. */
  readonly writeData: (name: string, content: string) => void;
  /** Begins to start, and does not wait until it serves. */
  readonly beginStart: () => Promise<void>;
  readonly close: () => void;
}

/** The server refuses to run as root. */
const runAs: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 && findBinaries() ? { uid: idOf('-u'), gid: idOf('-g') } : {};

export function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim());
}

/** @param clock moved by a library, which costs each look at the time a file read, and under which a backend may die */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  clock: 'real' | 'movable' = 'real',
): Promise<PostgresServer> {
  const folder = createFolder();
  run('initdb', [
    '--auth=trust',
    '--username=bijia',
    '--no-sync',
    '--encoding=UTF8',
    '-D',
    join(folder, 'data'),
  ]);
  const port = await findFreePort();
  configure(folder, port, { max_connections: '200', wal_level: 'replica', ...settings });
  return open(folder, port, clock);
}

async function open(folder: string, port: number, clock: 'real' | 'movable'): Promise<PostgresServer> {
  const data = join(folder, 'data');
  const clockFile = join(folder, 'clock');
  writeFileSync(clockFile, '+0\n');
  const startWith = (wait: readonly string[]) =>
    control(
      ['-D', data, ...wait, '-l', join(folder, 'log'), 'start'],
      clock === 'movable' ? moveBy(clockFile) : {},
    );
  // Seconds, which only end what hangs.
  const start = () => startWith(['-w', '-t', '240']);
  await start();
  const writeData = (name: string, content: string) => {
    const path = join(data, name);
    writeFileSync(path, content, { mode: 0o600 });
    if (runAs.uid !== undefined) chownSync(path, runAs.uid, runAs.gid ?? runAs.uid);
  };
  const psql = (statement: string) =>
    runOnceServing(() =>
      run('psql', ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'bijia', '-d', 'postgres', '-Atc', statement]),
    );
  const stopAtOnce = ['-D', data, '-w', '-m', 'immediate', 'stop'];
  return {
    url: `postgres://bijia@127.0.0.1:${port}/postgres`,
    port,
    folder,
    start,
    crash: () => control(stopAtOnce),
    setClock: (offsetSeconds) => {
      if (clock === 'real') throw new Error('the clock of this server does not move');
      writeFileSync(clockFile, `${offsetSeconds < 0 ? '-' : '+'}${Math.abs(offsetSeconds)}\n`);
    },
    createStandby: async () => {
      const copy = createFolder();
      const copyPort = await findFreePort();
      run('pg_basebackup', [
        '--checkpoint=fast',
        '-h',
        '127.0.0.1',
        '-p',
        `${port}`,
        '-U',
        'bijia',
        '-R',
        '-D',
        join(copy, 'data'),
      ]);
      configure(copy, copyPort, {});
      return open(copy, copyPort, clock);
    },
    promote: () => control(['-D', data, '-w', 'promote']),
    psql,
    takeBackup: () => {
      const way = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'bijia', '-d', 'postgres'];
      const backup = run('pg_dump', [...way, '-n', 'bijia']);
      return {
        restore: () => {
          psql('DROP SCHEMA bijia CASCADE');
          writeData('backup.sql', backup);
          run('psql', [...way, '-q', '-v', 'ON_ERROR_STOP=1', '-f', join(data, 'backup.sql')]);
        },
      };
    },
    letIn: (...lines) => {
      const known = readFileSync(join(data, 'pg_hba.conf'), 'utf8');
      writeData('pg_hba.conf', `${lines.join('\n')}\n${known}`);
      psql('SELECT pg_reload_conf()');
    },
    writeData,
    beginStart: () => startWith(['-W']),
    readClock: () => Number(psql('SELECT extract(epoch FROM clock_timestamp())')) * 1000,
    close: () => {
      try {
        run('pg_ctl', stopAtOnce);
      } catch {
        // Crashed already.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bijia-postgres-'));
  chmodSync(folder, 0o755);
  if (runAs.uid !== undefined) chownSync(folder, runAs.uid, runAs.gid ?? runAs.uid);
  return folder;
}

function configure(folder: string, port: number, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries({
    ...settings,
    port: `${port}`,
    listen_addresses: "'127.0.0.1'",
    unix_socket_directories: `'${folder}'`,
  }).map(([name, value]) => `${name} = ${value}\n`);
  execFileSync('tee', ['-a', join(folder, 'data/postgresql.conf')], { ...runAs, input: lines.join('') });
}

function run(binary: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const path = join(findBinaries() ?? '', binary);
  return execFileSync(path, args, {
    ...runAs,
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
    // pg_ctl leaves the server behind with what it inherits: a pipe would keep this call waiting for its end.
    stdio: binary === 'pg_ctl' ? 'ignore' : ['ignore', 'pipe', 'pipe'],
  });
}

/** A server one of whose backends died starts again by itself, and refuses everybody for a moment. */
function runOnceServing(ask: () => string): string {
  for (let tries = 1; ; tries += 1) {
    try {
      return ask();
    } catch (error) {
      if (tries === 100 || !/the database system is (in recovery mode|starting up)/.test(String(error)))
        throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/**
 * What takes seconds, while this process goes on: a simulated upstream that answers nobody for so long would break off calls, and
 * count them later than those that follow.
 */
async function control(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const child = spawn(join(findBinaries() ?? '', 'pg_ctl'), args, {
    ...runAs,
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
    // The server inherits it: a pipe would keep this waiting for its end.
    stdio: 'ignore',
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`pg_ctl ${args.at(-1)} ended with ${code}`);
}

const moveBy = (clockFile: string) => ({
  ...findFakeTime(),
  FAKETIME_TIMESTAMP_FILE: clockFile,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});

/** Through which the clock of a process is moved, where it is installed. */
export function findFakeTime(): Readonly<Record<string, string>> {
  const library = ['x86_64', 'aarch64']
    .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
    .find((path) => existsSync(path));
  return library === undefined ? {} : { LD_PRELOAD: library };
}
