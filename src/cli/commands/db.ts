import type { Command } from 'commander';
import { BijiaError, ConfigError, openTables, parseConfig } from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { reportFailure } from '../run-with-core.js';

export function registerDb(program: Command, context: CliContext): void {
  const db = program.command('db').description('the database that several machines share');
  db.command('status')
    .description('say which version the tables have, and which this program needs')
    .action(() => runWithTables(context, (tables) => tellStatus(context, tables)));
  db.command('migrate')
    .description('make the tables, or bring them to the version of this program')
    .action(() => runWithTables(context, (tables) => migrate(context, tables)));
}

type OpenedTables = ReturnType<typeof openTables>;

async function runWithTables(
  context: CliContext,
  work: (tables: OpenedTables) => Promise<ExitCode>,
): Promise<void> {
  try {
    const { database } = parseConfig(context.environment);
    if (!database) throw new ConfigError(context.texts.db.none, { code: 'no_database' });
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

async function tellStatus({ terminal, texts }: CliContext, { readStatus }: OpenedTables): Promise<ExitCode> {
  const { found, newest, missing } = await readStatus();
  terminal.print(texts.db.status(found, newest));
  for (const { number, about } of missing) terminal.print(texts.db.missing(number, about));
  return found === newest ? EXIT.ok : EXIT.notAllOk;
}

async function migrate({ terminal, texts }: CliContext, tables: OpenedTables): Promise<ExitCode> {
  const { found } = await tables.migrate(({ number, about }) => terminal.tell(texts.db.step(number, about)));
  terminal.print(texts.db.done(found));
  return EXIT.ok;
}
