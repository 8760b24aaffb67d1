import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Core,
  type CoreParts,
  createCore,
  createShortLinkOpener,
  marketplaces,
  parseConfig,
  providers,
} from '../../src/core/index.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.js';

export interface SandboxCore {
  readonly core: Core;
  readonly sandbox: Sandbox;
  /** Everything that was logged. */
  readonly log: string[];
  readonly stateDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly close: () => Promise<void>;
}

export interface SandboxCoreOptions {
  /** Added to, or replacing, what points bijia at the sandbox; undefined unsets. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly sandbox?: Partial<SandboxOptions>;
  readonly parts?: Partial<CoreParts>;
}

/** A real core over real HTTP on a sandbox of its own: the tests' only fake network. */
export async function openSandboxCore(options: SandboxCoreOptions = {}): Promise<SandboxCore> {
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, environment: options.environment, ...options.sandbox });
  const stateDir = await mkdtemp(join(tmpdir(), 'bijia-test-'));
  const environment = {
    ...sandbox.environment,
    BIJIA_STATE_DIR: stateDir,
    BIJIA_LOG_LEVEL: 'debug',
    ...options.environment,
  };
  const log: string[] = [];
  const core = createCore(parseConfig(environment), {
    shortLinks: createShortLinkOpener({ marketplaces, lookup: async () => [], route: () => sandbox.origin }),
    writeLog: (line) => log.push(line),
    ...options.parts,
  });
  const close = async () => {
    await core.close();
    await sandbox.close();
    await rm(stateDir, { recursive: true, force: true });
  };
  return { core, sandbox, log, stateDir, environment, close };
}
