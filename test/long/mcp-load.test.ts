import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELLO, READY } from '../helpers/mcp-process.js';
import { openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';
import { CLI } from '../helpers/run-cli.js';

const REQUESTS = 100_000;
const MAX_GROWTH_MB = 200;
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

type Child = ChildProcessByStdio<Writable, Readable, null>;

interface Server {
  readonly child: Child;
  /** @returns whether the pipe takes more now; what it does not take waits in this process */
  readonly write: (message: object) => boolean;
  /** How many lines came. */
  readonly answers: () => number;
  /** How many of them refuse a call because too many are under way. */
  readonly refusals: () => number;
}

let place: SandboxPlace;
let server: Server;

beforeEach(async () => {
  place = await openSandboxPlace({}, { JD_UNION_QUOTA: '1000/1s', BIJIA_CALL_TIMEOUT: '1h' });
});
afterEach(async () => {
  const { child } = server;
  const ended = child.exitCode ?? child.signalCode ?? once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await place.close();
});

function start(): Server {
  const env = { PATH: process.env['PATH'], ...place.environment };
  const child = spawn(process.execPath, [CLI, 'mcp'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let answers = 0;
  let refusals = 0;
  let partial = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() ?? '';
    answers += lines.length;
    refusals += lines.filter((line) => line.includes('calls under way')).length;
  });
  child.stdin.on('error', () => undefined);
  return {
    child,
    answers: () => answers,
    refusals: () => refusals,
    write: (message) => child.stdin.write(`${JSON.stringify(message)}\n`),
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function readMemoryMb(child: Child, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}

const call = (id: number | string, product: string, meta: object) => ({
  ...{ jsonrpc: '2.0', id, method: 'tools/call' },
  params: { name: 'get_product', arguments: { product, platform: 'jd' }, ...meta },
});

/** A server that has answered once, and the memory that it has then. */
async function open(era: 'older' | 'newer') {
  server = start();
  const meta = era === 'newer' ? { _meta: ENVELOPE } : {};
  const opening =
    era === 'newer' ? { jsonrpc: '2.0', id: 0, method: 'server/discover', params: meta } : HELLO;
  server.write(opening);
  if (era === 'older') server.write(READY);
  server.write(call('first', '100012345678', meta));
  await expect.poll(server.answers).toBe(2);
  return { meta, idleMb: readMemoryMb(server.child, 'VmRSS') };
}

describe.each(['older', 'newer'] as const)('100,000 requests that no answer ends, revision: %s', (era) => {
  it('cost bounded memory: those beyond what may be under way are refused in words', async () => {
    const { meta, idleMb } = await open(era);
    place.sandbox.setFaults([{ kind: 'hang', method: 'jd.union.open.goods.detail.query' }]);
    for (let id = 1; id <= REQUESTS; id += 1) server.write(call(id, String(100140000000 + id * 7), meta));
    await expect.poll(server.refusals, { timeout: 300_000, interval: 500 }).toBeGreaterThan(0.95 * REQUESTS);
    const growthMb = readMemoryMb(server.child, 'VmHWM') - idleMb;
    console.log(
      `${era}: ${Math.round(growthMb)} MB above ${Math.round(idleMb)}, ${server.refusals()} refused`,
    );
    expect(growthMb).toBeLessThanOrEqual(MAX_GROWTH_MB);
    server.child.kill('SIGTERM');
    expect((await once(server.child, 'exit'))[0]).toBe(143);
  });

  it('cost bounded memory when nobody reads the answers, which all come once somebody does', async () => {
    const { meta, idleMb } = await open(era);
    server.child.stdout.pause();
    const before = server.answers();
    for (let id = 1; id <= REQUESTS; id += 1) {
      server.write({ jsonrpc: '2.0', id, method: 'tools/list', params: meta });
    }
    await pause(10_000);
    const growthMb = readMemoryMb(server.child, 'VmHWM') - idleMb;
    console.log(`${era}, unread: ${Math.round(growthMb)} MB above ${Math.round(idleMb)}`);
    expect(growthMb).toBeLessThanOrEqual(MAX_GROWTH_MB);
    server.child.stdout.resume();
    await expect.poll(server.answers, { timeout: 300_000, interval: 500 }).toBe(before + REQUESTS);
    expect(readMemoryMb(server.child, 'VmHWM') - idleMb).toBeLessThanOrEqual(MAX_GROWTH_MB);
  });

  it('end with the process when the client closes the pipe', async () => {
    const { meta } = await open(era);
    place.sandbox.setFaults([{ kind: 'hang', method: 'jd.union.open.goods.detail.query' }]);
    for (let id = 1; id <= REQUESTS; id += 1) server.write(call(id, String(100150000000 + id * 7), meta));
    await expect.poll(server.refusals).toBeGreaterThan(0);
    const exited = once(server.child, 'exit');
    server.child.stdout.destroy();
    expect((await exited)[0]).toBe(0);
  });
});
