import * as z from 'zod';
import type { NewChunk } from '../../state/job-rows.js';
import type { BatchSource, Route } from '../core-batch-source.js';
import { countCalls } from '../plan.js';
import type { BatchRef, ReferenceTable } from '../reference-table.js';
import { packNow, unpackNow } from './packing.js';

/** Most references of a chunk. */
const CHUNK_SIZE = 200;
/** As many ids from elsewhere as show whether it is the account or the ids that an upstream refuses. */
const PROBES = 3;

const Reference = z.object({
  platform: z.string(),
  kind: z.enum(['product', 'short']),
  id: z.string(),
  idType: z.string().optional(),
});

/** What a chunk of a list asks for: all of one type. */
const ChunkBody = z.object({
  /** Which indexes of the job its references have. */
  indexes: z.array(z.int().min(0)),
  references: z.array(Reference),
  /** References of other chunks, far away in the list. */
  probes: z.array(Reference),
});
export type ChunkBody = z.infer<typeof ChunkBody>;

/** @returns undefined for what is not a chunk of a list */
export function parseChunkBody(packed: Buffer): ChunkBody | undefined {
  return ChunkBody.safeParse(unpackNow(packed)).data;
}

/** What the references of one type have in common, and where the pages of a shop belong. */
export const ChunkType = z.object({
  platform: z.string(),
  kind: z.enum(['product', 'short', 'shop']),
  idType: z.string().optional(),
});
export type ChunkType = z.infer<typeof ChunkType>;

/**
 * A list in parts that are worked on apart, in the order of the list: each of references of one type, and as many as fill
 * whole calls.
 */
export function* cutChunks(references: ReferenceTable, source: BatchSource): Generator<NewChunk> {
  const routes = references.refTypes.map((refType) => findRoute(source, refType));
  const waiting = references.refTypes.map((): number[] => []);
  let number = 0;
  const toChunk = (type: number, indexes: readonly number[]): NewChunk => {
    const body: ChunkBody = {
      indexes: [...indexes],
      references: indexes.map((index) => references.at(index)),
      probes: listProbes(references, type, indexes),
    };
    number += 1;
    const route = routes[type];
    const calls = route ? countCalls(route, indexes.length) : indexes.length;
    return { number: number - 1, type, calls, body: packNow(body) };
  };
  for (let index = 0; index < references.size; index += 1) {
    const type = references.typeAt(index);
    const own = waiting[type] ?? [];
    own.push(index);
    if (own.length < getSize(routes[type])) continue;
    yield toChunk(type, own);
    waiting[type] = [];
  }
  for (const [type, own] of waiting.entries()) if (own.length > 0) yield toChunk(type, own);
}

function findRoute(source: BatchSource, refType: Parameters<BatchSource['getRoute']>[0]): Route | undefined {
  try {
    return source.getRoute(refType);
  } catch {
    // Nothing here answers for it: another machine may.
    return undefined;
  }
}

function getSize(route: Route | undefined): number {
  const idsPerCall = route?.idsPerCall ?? 1;
  return Math.max(1, Math.floor(CHUNK_SIZE / idsPerCall)) * idsPerCall;
}

function listProbes(references: ReferenceTable, type: number, own: readonly number[]): BatchRef[] {
  const first = own[0] ?? 0;
  const last = own.at(-1) ?? first;
  const found: BatchRef[] = [];
  for (let step = 0; step < 4 * PROBES && found.length < PROBES; step += 1) {
    const part = 1 / 2 + step / (4 * PROBES);
    const index = (first + Math.floor(references.size * part)) % references.size;
    if ((index < first || index > last) && references.typeAt(index) === type)
      found.push(references.at(index));
  }
  return found;
}
