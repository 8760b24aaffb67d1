import type { DatabaseSettings } from './database-settings.js';
import { openFolderState } from './folder/folder-state.js';
import { openPostgresState } from './postgres/postgres-state.js';
import type { State, StateOptions } from './state.js';

/**
 * The one place that knows which engine keeps the state.
 * @param database of several machines; undefined for the state folder of this one
 */
export function openState(database: DatabaseSettings | undefined, options: StateOptions): State {
  return database ? openPostgresState(database, options) : openFolderState(options);
}
