import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { killProcess } from '../kill-process.js';

export const KILLS = 20;

/**
 * Lets processes renew a token whose renewals work once, and kills all of them while one is on its way.
 * @param args of `token-worker.ts`, without the upstream's address
 * @returns how often each renewal was sent
 */
export async function killInRenewals(
  script: string,
  [folder = '', ...args]: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const uses = new Map<string, number>();
  let granted = 0;
  let onRenewal = (_: () => void): void => undefined;
  const server = createServer({ keepAliveTimeout: 0 }, (request, response: ServerResponse) => {
    const renewal = request.url?.slice(1) ?? '';
    granted += 1;
    const next = `renewal-${granted}`;
    const reply = () => response.end(next);
    if (renewal === 'login') {
      reply();
      return;
    }
    uses.set(renewal, (uses.get(renewal) ?? 0) + 1);
    onRenewal(reply);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const start = () => fork(script, [folder, `http://127.0.0.1:${port}`, ...args]);
  const processes: ChildProcess[] = [start(), start(), start()];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const reply = await new Promise<() => void>((resolve) => {
      onRenewal = resolve;
    });
    onRenewal = (answer) => answer();
    // Half of the answers leave before the kill, which then may fall between answer and file.
    if (kill % 2 === 0) reply();
    // One of the three is renewing; all are killed, so that it is among them.
    await Promise.all(processes.splice(0).map(killProcess));
    reply();
    processes.push(start(), start(), start());
  }
  await Promise.all(processes.map(killProcess));
  server.closeAllConnections();
  server.close();
  return uses;
}
