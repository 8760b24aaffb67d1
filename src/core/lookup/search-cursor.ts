import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { InputError } from '../errors.js';
import type { SearchQuery } from '../provider.js';
import { formatCursor, parseCursor } from './cursor.js';
import type { Upstream } from './upstream.js';

/** Where the search of a marketplace goes on: a page of it, and how many of its products were given already. */
export interface Place {
  readonly continuation?: string;
  readonly skip?: number;
}

/** The places of all upstreams by provider id; null for one that has nothing more. */
export type Places = Readonly<Record<string, Place | null>>;

const Cursor = z.object({
  key: z.string(),
  places: z.record(
    z.string(),
    z.nullable(
      z.object({ continuation: z.optional(z.string()), skip: z.optional(z.int().check(z.minimum(0))) }),
    ),
  ),
});

export const formatPlaces = (key: string, places: Places): string => formatCursor({ key, places });

/** @throws InputError for the cursor of another search, and for a broken one: both are put right in the same way */
export function parsePlaces(cursor: string, key: string): Places {
  const given = parseCursor(cursor, Cursor);
  if (given?.key === key) return given.places;
  throw new InputError('This cursor belongs to another search. Leave it out to begin with the first page.', {
    code: 'wrong_cursor',
  });
}

/** Says whether a cursor belongs to a search: the same words, bounds and marketplaces. */
export function hashQuery(
  { count: _, ...query }: SearchQuery,
  { platform, source }: { readonly platform?: string; readonly source?: string },
  upstreams: readonly Upstream[],
) {
  const ids = upstreams.map(({ provider }) => provider.id);
  const text = JSON.stringify([query, platform, source, ids]);
  return hash('sha256', text, 'base64url').slice(0, 12);
}
