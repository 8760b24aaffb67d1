import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
  readonly crash: () => void;
  readonly start: () => void;
  /** Moves the server's wall clock by so many seconds. */
  readonly setClock: (offsetSeconds: number) => void;
  /** What the server's wall clock shows, in milliseconds since 1970. */
  readonly readClock: () => number;
  /** A second server that follows this one, asynchronously. */
  readonly createStandby: () => Promise<PostgresServer>;
  readonly promote: () => void;
  readonly psql: (statement: string) => string;
  readonly close: () => void;
}

/** The server refuses to run as root. */
const runAs: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 && findBinaries() ? { uid: idOf('-u'), gid: idOf('-g') } : {};

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim());
}

export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
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
  return open(folder, port);
}

function open(folder: string, port: number): PostgresServer {
  const data = join(folder, 'data');
  const clockFile = join(folder, 'clock');
  writeFileSync(clockFile, '+0\n');
  const start = () =>
    run('pg_ctl', ['-D', data, '-w', '-t', '30', '-l', join(folder, 'log'), 'start'], {
      ...findFakeTime(),
      FAKETIME_TIMESTAMP_FILE: clockFile,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
  start();
  const psql = (statement: string) =>
    run('psql', ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'bijia', '-d', 'postgres', '-Atc', statement]);
  const stop = (mode: string) => run('pg_ctl', ['-D', data, '-w', '-m', mode, 'stop']);
  return {
    url: `postgres://bijia@127.0.0.1:${port}/postgres`,
    port,
    folder,
    start,
    crash: () => stop('immediate'),
    setClock: (offsetSeconds) =>
      writeFileSync(clockFile, `${offsetSeconds < 0 ? '-' : '+'}${Math.abs(offsetSeconds)}\n`),
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
      return open(copy, copyPort);
    },
    promote: () => run('pg_ctl', ['-D', data, '-w', 'promote']),
    psql,
    readClock: () => Number(psql('SELECT extract(epoch FROM clock_timestamp())')) * 1000,
    close: () => {
      try {
        stop('immediate');
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

/** Through which the clock of a process is moved, where it is installed. */
function findFakeTime(): Readonly<Record<string, string>> {
  const library = ['x86_64', 'aarch64']
    .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
    .find((path) => existsSync(path));
  return library === undefined ? {} : { LD_PRELOAD: library };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
