/** What a caller hands back in order to go on: opaque to it, JSON to us. */
export const formatCursor = (content: object): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

/** @returns undefined for what was not written so */
export function parseCursor<T>(
  cursor: string,
  schema: { readonly parse: (json: unknown) => T },
): T | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
