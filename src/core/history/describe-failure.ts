import { StateError } from '../errors.js';

/** What becomes of a price that was seen: it is written into a file of this machine first, from which the table takes it. */
export const describeHistoryFailure = (error: unknown): string =>
  error instanceof StateError
    ? 'prices wait in a file of this machine until the database takes them'
    : 'prices are not noted for the history';
