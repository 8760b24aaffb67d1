import type { Command } from 'commander';
import { BijiaError, type Core, openTables, parseConfig, toDatabaseChecks } from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { printCheck } from '../output/print-check.js';
import { reportFailure, runWithCore } from '../run-with-core.js';

export function registerDb(program: Command, context: CliContext): void {
  const db = program.command('db').description('the database that several machines share');
  db.command('status')
    .description('say which version the tables have, how the server is set and what lives in it')
    .action(() => runWithTables(context, (tables) => tellStatus(context, tables)));
  db.command('migrate')
    .description('make the tables, or bring them to the version of this program')
    .action(() => runWithTables(context, (tables) => migrate(context, tables)));
  db.command('import')
    .description('bring the price history and the price alerts of this state folder into it')
    .action(() => runWithCore(context, (core) => importOwn(context, core)));
}

/** What this machine has kept in its state folder. */
async function importOwn({ terminal, texts }: CliContext, core: Core): Promise<ExitCode> {
  if (!core.inspectDatabase) {
    terminal.tell(texts.db.none);
    return EXIT.usage;
  }
  const brought = await core.history.bringOwn();
  terminal.print(brought ? texts.db.imported(brought) : texts.db.nothingKept(core.stateDir));
  return EXIT.ok;
}

type OpenedTables = ReturnType<typeof openTables>;

async function runWithTables(
  context: CliContext,
  work: (tables: OpenedTables) => Promise<ExitCode>,
): Promise<void> {
  try {
    const { database } = parseConfig(context.environment);
    if (!database) {
      context.terminal.tell(context.texts.db.none);
      return context.exit(EXIT.usage);
    }
    const tables = openTables(database);
    try {
      context.exit(await work(tables));
    } finally {
      await tables.close();
    }
  } catch (thrown) {
    const code = reportFailure(context, thrown);
    // The server's own words; they hold no password.
    if (thrown instanceof BijiaError && thrown.detail) context.terminal.tell(thrown.detail);
    context.exit(code);
  }
}

async function tellStatus(context: CliContext, { readStatus, inspect }: OpenedTables): Promise<ExitCode> {
  const { terminal, texts } = context;
  const { found, newest, missing, queue } = await readStatus();
  terminal.print(texts.db.status(found, newest));
  for (const { number, about } of missing) terminal.print(texts.db.missing(number, about));
  terminal.print(texts.db.queue(queue.found, queue.newest));
  for (const check of toDatabaseChecks(await inspect())) printCheck(context, check);
  return found === newest && queue.found >= queue.newest ? EXIT.ok : EXIT.notAllOk;
}

async function migrate({ terminal, texts }: CliContext, tables: OpenedTables): Promise<ExitCode> {
  const { found, queue } = await tables.migrate(({ number, about }) =>
    terminal.tell(texts.db.step(number, about)),
  );
  terminal.print(texts.db.done(found));
  terminal.print(texts.db.queue(queue.found, queue.newest));
  return EXIT.ok;
}
