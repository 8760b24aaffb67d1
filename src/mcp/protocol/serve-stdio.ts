import { Console } from 'node:console';
import { createMcpServer, type McpServerOptions } from './server.js';
import { createStdioTransport } from './stdio-transport.js';

/** The longest that closing may take: hosts kill a server that lingers, and its calls would go on meanwhile. */
const CLOSE_WITHIN_MS = 700;

/** The process as the server sees it. */
export type ServedProcess = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'on'>;

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

/**
 * Serves one client until it leaves. The caller ends the process then, whatever is still open.
 * @returns the exit code
 */
export async function serveStdio(options: McpServerOptions, served: ServedProcess): Promise<number> {
  const { stdin, stdout, stderr } = served;
  // Only frames may go to stdout, whatever a package prints.
  globalThis.console = new Console({ stdout: stderr, stderr });
  const server = createMcpServer(options);
  const transport = createStdioTransport(stdin, stdout);
  const warn = (thrown: unknown) => options.tell(server.redact(describeFault(thrown)));
  const exitCode = new Promise<number>((resolve) => {
    for (const [signal, code] of SIGNALS) served.on(signal, () => resolve(code));
    stdin.on('end', () => resolve(0));
    stdin.on('close', () => resolve(0));
    stdin.on('error', () => resolve(0));
    // The client no longer reads: EPIPE.
    stdout.on('error', () => resolve(0));
    served.on('uncaughtException', (error) => {
      warn(error);
      resolve(1);
    });
  });
  // A host that closed stderr wants no log; that is no reason to end.
  stderr.on('error', () => undefined);
  served.on('unhandledRejection', warn);
  await server.connect(transport);
  const code = await exitCode;
  await Promise.race([server.close().catch(warn), delay(CLOSE_WITHIN_MS)]);
  return code;
}

function describeFault(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
