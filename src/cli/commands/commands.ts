import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { registerGet } from './get.js';
import { registerLink } from './link.js';
import { registerMcp } from './mcp.js';
import { registerResolve } from './resolve.js';
import { registerSearch } from './search.js';

type Register = (program: Command, context: CliContext) => void;

const loadOthers = () => import('./other-commands.js');

/**
 * Each command in the order of the help. Those that scripts run a thousand times load nothing that only the others
 * need.
 */
export const COMMANDS: Readonly<Record<string, () => Register | Promise<Register>>> = {
  get: () => registerGet,
  resolve: () => registerResolve,
  batch: async () => (await loadOthers()).registerBatch,
  jobs: async () => (await loadOthers()).registerJobs,
  shop: async () => (await loadOthers()).registerShop,
  mcp: () => registerMcp,
  setup: async () => (await loadOthers()).registerSetup,
  completion: async () => (await loadOthers()).registerCompletion,
  telegram: async () => (await loadOthers()).registerTelegram,
  worker: async () => (await loadOthers()).registerWorker,
  login: async () => (await loadOthers()).registerLogin,
  search: () => registerSearch,
  link: () => registerLink,
  watch: async () => (await loadOthers()).registerWatch,
  history: async () => (await loadOthers()).registerHistory,
  drops: async () => (await loadOthers()).registerDrops,
  compare: async () => (await loadOthers()).registerCompare,
  doctor: async () => (await loadOthers()).registerDoctor,
  db: async () => (await loadOthers()).registerDb,
  sandbox: async () => (await loadOthers()).registerSandbox,
  demo: async () => (await loadOthers()).registerDemo,
};
