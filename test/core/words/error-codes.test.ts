import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findZhSentence } from '../../../src/core/words/zh-errors.js';

const ROOT = join(import.meta.dirname, '../../../src');
/** The bot says to its operator what the core has words for. */
const READ = /^(core|telegram)\//;
/** Their parsers speak English to `config.ts`, which words them; the rest defines errors and makes no use of them. */
const EXCEPT =
  /^core\/((settings|errors|words\/index|state\/database-settings)\.ts$|(providers|simulation)\/)/;
/** So do parsers of the bot's settings; and what has no message is worded by its outcome. */
const WORDED_ELSEWHERE = /^\s*'(expects |'$)/;

/** Classes whose default code says too little for somebody to act on. */
const NEEDS_A_CODE = /new (InputError|ConfigError|UnsupportedError|NotFoundError|BoundError)\(/g;
/** Errors about a marketplace as such: the default code has a sentence that names it, with the facts. */
const BY_FACTS = /facts: \{\s*platform:/;

interface Site {
  readonly place: string;
  readonly text: string;
}

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && READ.test(path) && !EXCEPT.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** What stands between the brackets of a call that begins at `start`. */
function readBrackets(text: string, start: number): string {
  let depth = 1;
  let end = start;
  while (depth > 0 && end < text.length) {
    if (text[end] === '(') depth += 1;
    if (text[end] === ')') depth -= 1;
    end += 1;
  }
  return text.slice(start, end - 1);
}

const sites: Site[] = files.flatMap(({ path, text }) =>
  [...text.matchAll(NEEDS_A_CODE)].map(({ 0: call, index }) => ({
    place: `${path}:${text.slice(0, index).split('\n').length}`,
    text: readBrackets(text, index + call.length),
  })),
);

/** Never shown by its code: what the bot has worded itself, and what its machines tell one another. */
const UNSEEN = ['said', 'job_elsewhere'];

const codes = [
  ...new Set(
    files.flatMap(({ text }) => [...text.matchAll(/\bcode: '([a-z]\w+)'/g)].map(([, code]) => code)),
  ),
].filter((code): code is string => code !== undefined && !UNSEEN.includes(code));

describe('the errors of the core and the bot', () => {
  it.each(codes)('have a sentence in Chinese: %s', (code) => {
    expect(findZhSentence({ code, facts: undefined })).toMatch(/\p{Script=Han}/u);
  });

  it('name a code where somebody has to act on them', () => {
    expect(sites.length).toBeGreaterThan(50);
    const silent = sites.filter(
      ({ text }) =>
        !/\bcode\b|, (error|notFound)$|new InputError\(problem/.test(text) &&
        !BY_FACTS.test(text) &&
        !WORDED_ELSEWHERE.test(text),
    );
    expect(silent.map(({ place, text }) => `${place} ${text.trim().slice(0, 80)}`)).toEqual([]);
  });
});
