import * as z from 'zod/mini';
import { cleanText } from './normalizer.js';

/**
 * Pieces of lenient schemas: upstreams leave fields out, change number to text, and write an empty list where an
 * object was. A field that cannot be read is absent; it never fails the whole answer.
 */

/** A field of any kind, or none. */
export const anything = z.optional(z.unknown());

/** A field read by `parse`, which gives undefined for what it cannot read. Binds the unit to the field. */
export const field = <T>(parse: (value: unknown) => T) => z.pipe(anything, z.transform(parse));

/** A field of a stranger's text, made safe to show. */
export const text = (maxLength?: number) => field((value) => cleanText(value, maxLength));

/** Rows that fit the schema. A list may come as an object that numbers its rows; anything else is an empty one. */
export const rows = <T extends z.ZodMiniType>(row: T) =>
  field((value): z.output<T>[] =>
    Object.values(typeof value === 'object' && value !== null ? value : []).flatMap((entry) => {
      const result = row.safeParse(entry);
      return result.success ? [result.data] : [];
    }),
  );

/** A row together with what it was read from, for callers that want the upstream's own words. */
export const withRaw = <T extends z.core.$ZodLooseShape>(row: z.ZodMiniObject<T>) =>
  z.pipe(
    z.looseObject({}),
    z.transform((raw) => ({ ...row.parse(raw), raw: raw as unknown })),
  );

/** An object; an empty one where something else stands. */
export const object = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.pipe(
    z.transform((value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {},
    ),
    z.object(shape),
  );

/**
 * Whether an object holds further ones: itself, in a list or as JSON text. An answer that does, but not where it should, is one
 * of another shape: it must not be taken for "there is none".
 */
export function hasContent(members: object): boolean {
  return Object.values(members).some((value) => {
    if (typeof value === 'string') return /^\s*\[?\s*\{\s*"/.test(value);
    return Array.isArray(value) ? hasContent(value) : typeof value === 'object' && !isEmptyValue(value);
  });
}

/** Upstreams write nothing as null, as "", as `[]` or as `{}`. */
export function isEmptyValue(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
