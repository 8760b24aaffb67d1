// npm run bench [-- [--full] [part…]]: prints each figure beside its goal, and beside others that did the same work.
import { batch } from './batch.js';
import { cache } from './cache.js';
import { calls } from './calls.js';
import { type Figure, formatFigures, isMet } from './figure.js';
import { history } from './history.js';
import { mcp } from './mcp.js';
import type { Part } from './part.js';
import { permits } from './permits.js';
import { start } from './start.js';
import { watches } from './watches.js';

const PARTS: readonly Part[] = [permits, batch, cache, calls, history, watches, start, mcp];

const args = process.argv.slice(2);
const options = { full: args.includes('--full') };
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => PARTS.every((part) => part.name !== name));
if (unknown.length > 0) {
  console.error(`No part ${unknown.join(', ')}; there are ${PARTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const all: Figure[] = [];
for (const part of PARTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const startMs = performance.now();
  const figures = await part.run(options);
  const seconds = Math.round((performance.now() - startMs) / 1000);
  console.log(`\n${part.name}: ${part.describe(options)} (${seconds} s)\n\n${formatFigures(figures)}`);
  all.push(...figures);
}
const missed = all.filter((figure) => !isMet(figure));
console.log(`\n${all.length - missed.length} of ${all.length} figures are as they should be.`);
