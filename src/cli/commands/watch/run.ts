import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  type BijiaError,
  type Core,
  formatAlert,
  StateError,
  type WatchChange,
} from '../../../core/index.js';
import { formatCommandError } from '../../command-error.js';
import { type CliContext, EXIT, type ExitCode } from '../../context.js';
import { checkOutputName, parseCount } from '../../help/option-values.js';
import { runWithCore } from '../../run-with-core.js';
import { writeReport } from './report.js';
import { OWNER } from './watches.js';

interface RunFlags {
  readonly follow?: true;
  readonly maxCalls?: number;
  readonly dryRun?: true;
  readonly report?: string;
}

/** `--follow` sweeps this often; what is due decides what is looked at. */
const SWEEP_EVERY_MS = 60_000;

export function registerWatchRun(watch: Command, context: CliContext): void {
  watch
    .command('run')
    .description('look once at what is due, and print alerts as lines of JSON')
    .option('--follow', 'keep running until Ctrl-C')
    .option('--max-calls <n>', 'most upstream calls of a sweep', parseCount)
    .option('--report <file>', 'what changed since the last report: .csv, .xlsx or .jsonl', checkOutputName)
    .option('--dry-run', 'say what is due, and look at nothing')
    .action((flags: RunFlags) => runWithCore(context, (core) => runWatches(context, core, flags)));
}

async function runWatches(context: CliContext, core: Core, flags: RunFlags): Promise<ExitCode> {
  const { terminal, texts, signal } = context;
  if (flags.dryRun) {
    const { watches } = core;
    terminal.tell(texts.watch.watched((await watches.list()).length, await watches.countDue()));
    return EXIT.ok;
  }
  const report = await openReport(context, core, flags.report);
  const runRound = async () => {
    const fault = await runOnce(context, core, flags);
    await report.write();
    return fault;
  };
  let told: string | undefined;
  do {
    const fault = await runRound().catch((error: unknown) => {
      // Somebody who follows is told, and waits with it until the database is back.
      if (!flags.follow || !(error instanceof StateError)) throw error;
      terminal.tell(formatCommandError(error, context));
      return undefined;
    });
    if (fault && !flags.follow) throw fault;
    if (fault && fault.code !== told) terminal.tell(formatCommandError(fault, context));
    told = fault?.code ?? told;
    if (flags.follow) await pause(SWEEP_EVERY_MS, signal);
  } while (flags.follow && !signal.aborted);
  await report.end();
  return EXIT.ok;
}

/** @returns why this process could not ask, if so: others may */
async function runOnce(
  { terminal, texts, signal, words }: CliContext,
  core: Core,
  { maxCalls, follow }: RunFlags,
): Promise<BijiaError | undefined> {
  const wait = async (ms: number) => {
    terminal.tell(texts.watch.waits(words.duration(ms)));
    await pause(ms, signal);
  };
  const swept = await core.watches.sweep({ maxCalls, signal, ...(!follow && { wait }) });
  await core.watches.deliver(
    (to) => to === 'stdout',
    async (alerts) => {
      for (const alert of alerts) {
        if (alert.reason === 'lost')
          terminal.tell(texts.watch.lost(alert.watchId, alert.title ?? alert.productId));
        else terminal.printData(JSON.stringify(formatAlert(alert)));
      }
      return 'sent';
    },
  );
  await core.watches.deliverToWebhooks();
  terminal.tell(texts.watch.swept(swept));
  return swept.fault;
}

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

/** The file always holds everything since the report before this run. */
async function openReport({ cwd, terminal, texts }: CliContext, core: Core, file: string | undefined) {
  if (file === undefined) return { write: async () => undefined, end: async () => undefined };
  const path = resolve(cwd, file);
  let written: readonly WatchChange[] = [];
  return {
    write: async () => {
      const changes = await core.watches.listChanges(OWNER);
      await writeReport(path, changes, core.isSandbox);
      written = changes;
    },
    end: async () => {
      await core.watches.noteReport(written);
      terminal.tell(texts.watch.reported(written.length, path));
    },
  };
}
