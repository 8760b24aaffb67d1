import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildScript } from '../../helpers/build-script.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { openWire } from '../../helpers/postgres/wire.js';

describe.skipIf(!hasPostgres())('a process that hears what others call out', () => {
  let server: PostgresServer;
  let script: string;
  beforeAll(async () => {
    server = await startPostgres();
    script = await buildScript('./listener-worker.ts');
  });
  afterAll(() => server.close());

  const start = async (port: number) => {
    const url = `postgres://bijia@127.0.0.1:${port}/postgres`;
    const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [script, url, '5000']);
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await once(child.stdout, 'data');
    return {
      end: async () => {
        child.stdin.write('end\n');
        const [code] = await once(child, 'close');
        return { code, output };
      },
    };
  };
  const WHOLE = { code: 0, output: 'listens\nclosed\n' };

  it('does not end before it has done what comes after closing', async () => {
    const { end } = await start(server.port);
    expect(await end()).toEqual(WHOLE);
  });

  it('ends though the server does not answer any more', async () => {
    const wire = await openWire(server.port);
    onTestFinished(wire.close);
    const { end } = await start(wire.port);
    wire.hold();
    expect(await end()).toEqual(WHOLE);
  });
});
