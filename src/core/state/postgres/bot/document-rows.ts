import { ConfigError } from '../../../errors.js';
import type { DocumentOptions, SharedDocument } from '../../bot-state.js';
import type { Database, Statement } from '../database.js';

export interface DocumentRowOptions<T> extends DocumentOptions<T> {
  readonly database: Database;
  readonly bot: string;
}

/** $3: the version that is known here, whose value need not travel again. */
const READ: Statement = {
  name: 'bot_document_read',
  text: `
SELECT version::float8, CASE WHEN version <> $3 THEN value END AS value FROM bot_document
WHERE bot = $1 AND name = $2`,
};

/** $3: the value; $4: the version that it replaces, 0 for none. No row: another process was faster. */
const REPLACE: Statement = {
  name: 'bot_document_replace',
  text: `
INSERT INTO bot_document AS d (bot, name, version, value) SELECT $1, $2, 1, $3 WHERE $4::bigint = 0
ON CONFLICT (bot, name) DO NOTHING RETURNING version::float8`,
};

const UPDATE: Statement = {
  name: 'bot_document_update',
  text: `
UPDATE bot_document SET version = version + 1, value = $3 WHERE bot = $1 AND name = $2 AND version = $4
RETURNING version::float8`,
};

interface Row {
  readonly version: number;
  /** Null where it is the known one. */
  readonly value: string | null;
}

/** A value of all machines of a bot, replaced by compare-and-set. */
export function createDocumentRow<T>(options: DocumentRowOptions<T>): SharedDocument<T> {
  const { database, bot, name, initial } = options;
  let known = { version: 0, value: initial };
  const look = async () => {
    const seen = known;
    const [row] = await database.run<Row>(READ, [bot, name, seen.version]);
    if (!row) return { version: 0, value: initial };
    const now = row.value === null ? seen : { version: row.version, value: parse(row.value, options) };
    // The newer one of two answers that cross stays.
    if (now.version > known.version) known = now;
    return now;
  };
  return {
    read: async () => (await look()).value,
    change: async (edit) => {
      for (;;) {
        const { version, value } = await look();
        const next = edit(value);
        if (next === value) return;
        const statement = version === 0 ? REPLACE : UPDATE;
        const won = await database.run<Row>(statement, [bot, name, JSON.stringify(next), version]);
        if (won.length > 0) return;
      }
    },
  };
}

/** @throws ConfigError for what a program of another version wrote: replaced, it would be lost */
function parse<T>(text: string, { name, parse: check }: DocumentRowOptions<T>): T {
  try {
    return check(JSON.parse(text));
  } catch (cause) {
    throw new ConfigError(
      `What the shared database keeps as ${name} was not written by this version. Update this installation.`,
      { code: 'newer_document', cause },
    );
  }
}
