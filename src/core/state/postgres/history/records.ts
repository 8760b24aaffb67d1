/** What PostgreSQL does not keep in a text: NUL, and halves of a character. */
const UNKEPT = /\0|\p{Surrogate}/gu;

/** Rows as one value, for `json_to_recordset`. A bigint column takes whole numbers only, so they are rounded. */
export function toRecords(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => {
    if (typeof value === 'string') return toText(value);
    return typeof value === 'number' ? Math.round(value) : value;
  });
}

/** A text as PostgreSQL can keep it. */
export const toText = (text: string): string =>
  text.replace(UNKEPT, (unkept) => (unkept === '\0' ? '' : '\uFFFD'));
