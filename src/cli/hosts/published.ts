/**
 * Whether npm has the package. The one switch: with it `bijia setup` writes `npx` for those who run it from there, and
 * the documents offer it, with buttons (`npx vitest run test/documents.test.ts -u`).
 */
export const IS_PUBLISHED: boolean = false;

/** What a host runs when npm has the package. */
export const NPX = { command: 'npx', args: ['-y', 'bijia', 'mcp'] };
