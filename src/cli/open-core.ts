import {
  type Config,
  createCore,
  createShortLinkOpener,
  type Environment,
  isSandbox,
  marketplaces,
  type Provider,
  parseConfig,
  providers,
} from '../core/index.js';
import type { CliContext, OpenedCore } from './context.js';
import { TEXTS, type Texts } from './words/index.js';

export interface OpenCoreOptions {
  readonly environment: Environment;
  /** Receives notices for the person who started the command. */
  readonly tell: (text: string) => void;
  /** Receives the lines of the log. */
  readonly writeLog: (line: string) => void;
  /** What they are told of the sandbox. */
  readonly texts?: Texts['sandbox'];
  /** Which of the configured sources are used; all unless given. */
  readonly uses?: (provider: Provider) => boolean;
  /** Whether the process also works on the jobs of other machines, where they share a database. */
  readonly works?: boolean;
  /** The process makes some calls and ends. */
  readonly isBrief?: boolean;
}

/** For a command that a person started. */
export const toCoreOptions = ({
  environment,
  terminal,
  texts,
  writeLog,
  isBrief,
}: CliContext): OpenCoreOptions => ({
  environment,
  tell: terminal.tell,
  writeLog,
  texts: texts.sandbox,
  isBrief,
});

/**
 * The core as the environment describes it; with BIJIA_SANDBOX=1 on an embedded sandbox of its own.
 * @throws ConfigError
 */
export async function openCore({
  environment,
  tell,
  writeLog,
  texts = TEXTS.en.sandbox,
  uses = () => true,
  works = false,
  isBrief = false,
}: OpenCoreOptions): Promise<OpenedCore> {
  // What is wrong with the settings is said before anything is opened that would have to be closed.
  const config = parseConfig(environment);
  if (!isSandbox(config)) {
    const core = createCore(restrict(config, uses), { writeLog, isBrief });
    const worker = works && core.tasks ? (await import('./join-workers.js')).joinWorkers(core) : undefined;
    const close = async () => {
      await worker?.close();
      await core.close();
    };
    return { core, environment, close };
  }
  const { startSandbox } = await import('../sandbox/start-sandbox.js');
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, environment });
  try {
    tell(texts.begins + (config.configured.length > 0 ? texts.unused : ''));
    const inside = { ...environment, ...sandbox.environment };
    const shortLinks = createShortLinkOpener({
      marketplaces,
      lookup: async () => [],
      route: () => sandbox.origin,
    });
    const core = createCore(restrict(parseConfig(inside), uses), { shortLinks, writeLog, isBrief });
    const close = async () => {
      await core.close();
      await sandbox.close();
    };
    return { core, environment: inside, close };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

const restrict = (config: Config, uses: (provider: Provider) => boolean): Config => ({
  ...config,
  configured: config.configured.filter(({ provider }) => uses(provider)),
});
