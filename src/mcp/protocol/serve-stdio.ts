import { Console } from 'node:console';
import { describeFault } from './describe-fault.js';
import { closeInTime, onEndSignal } from './end-signals.js';
import { isModern, type Opening, receiveOpening } from './opening.js';
import { connectServer, type LoadService } from './server.js';
import type { Service } from './service.js';
import type { SessionOptions } from './session.js';
import { createStdioTransport } from './stdio-transport.js';

export interface StdioOptions extends SessionOptions {
  readonly version: string;
}

/** The process as the server sees it. */
export type ServedProcess = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'on'>;

/**
 * Serves one client until it leaves. The caller ends the process then, whatever is still open.
 * @returns the exit code
 */
export async function serveStdio(options: StdioOptions, served: ServedProcess): Promise<number> {
  const { stdin, stdout, stderr } = served;
  // Only frames may go to stdout, whatever a package prints.
  globalThis.console = new Console({ stdout: stderr, stderr });
  const service = createLazyService(options);
  const line = createStdioTransport(stdin, stdout);
  const warn = (thrown: unknown) => options.tell(service.redact(describeFault(thrown)));
  const exitCode = new Promise<number>((resolve) => {
    onEndSignal(served, resolve);
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
  // A host that closed stderr wants no log; that is not a reason to end.
  stderr.on('error', () => undefined);
  served.on('unhandledRejection', warn);
  // Aborts all calls.
  let closeConnection = () => line.close();
  const connection = receiveOpening(line).then(async (opening) => {
    closeConnection = await connect(opening, { ...options, ...service });
  });
  connection.catch(warn);
  const code = await exitCode;
  const close = async () => {
    await closeConnection();
    await line.close();
    await service.close();
  };
  await closeInTime(() => close().catch(warn));
  return code;
}

interface LazyService {
  readonly load: LoadService;
  readonly redact: (text: string) => string;
  readonly close: () => Promise<void>;
}

function createLazyService(options: SessionOptions): LazyService {
  let loading: Promise<Service> | undefined;
  let redact = (text: string) => text;
  return {
    load: () => {
      loading ??= import('./service.js').then(({ createService }) => {
        const service = createService(options);
        redact = service.redact;
        return service;
      });
      return loading;
    },
    redact: (text) => redact(text),
    close: async () => (await loading)?.close(),
  };
}

/**
 * The first message decides for the whole connection: the newer SDK, which knows all revisions, starts slower.
 * @returns ends the connection
 */
async function connect(
  { first, transport }: Opening,
  { version, load }: { readonly version: string; readonly load: LoadService },
): Promise<() => Promise<void>> {
  if (!isModern(first)) {
    const server = await connectServer({ version, load }, transport);
    return () => server.close();
  }
  const { serveModern } = await import('./serve-modern.js');
  return serveModern({ version, service: await load() }, transport);
}
