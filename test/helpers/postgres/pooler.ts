import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../free-port.js';
import { idOf, type PostgresServer } from './server.js';

/** Where Debian puts it. */
const BINARY = '/usr/sbin/pgbouncer';

/** Whether suites that need one run: not on a machine without it, unless the environment insists. */
export function hasPooler(): boolean {
  if (existsSync(BINARY)) return true;
  if (process.env['BIJIA_TEST_POSTGRES'] === 'required')
    throw new Error('BIJIA_TEST_POSTGRES=required, and no pgbouncer is installed');
  return false;
}

export interface Pooler {
  readonly url: string;
  readonly close: () => void;
}

/**
 * A real pgbouncer before a server.
 * @param isLenient lets settings pass that it does not know; else it refuses who gives them when they connect
 */
export async function startPooler(
  server: PostgresServer,
  mode: 'session' | 'transaction',
  isLenient: boolean,
): Promise<Pooler> {
  const port = await findFreePort();
  const path = join(server.folder, `pooler-${port}.ini`);
  const lines = [
    '[databases]',
    `postgres = host=127.0.0.1 port=${server.port} dbname=postgres user=bijia`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'auth_type = any',
    `pool_mode = ${mode}`,
    ...(isLenient
      ? [
          'ignore_startup_parameters = options, statement_timeout, idle_in_transaction_session_timeout, extra_float_digits',
        ]
      : []),
  ];
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o644 });
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const pooler: ChildProcess = spawn(BINARY, [path], { ...user, cwd: '/', stdio: 'ignore' });
  while (!(await canConnect(port))) await sleep(50);
  return {
    url: `postgres://bijia@127.0.0.1:${port}/postgres`,
    close: () => void pooler.kill('SIGKILL'),
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
