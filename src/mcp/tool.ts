import * as z from 'zod';
import type { Batches, Clock, Core } from '../core/index.js';
import type { Caller } from './caller.js';
import type { RunningJobs } from './jobs/running-jobs.js';
import type { Deadline } from './protocol/deadline.js';
import type { Progress } from './protocol/progress.js';

/** What a tool works with while it answers one call. */
export interface ToolCall extends Pick<Clock, 'now' | 'monotonicNow'> {
  readonly core: Core;
  readonly batches: Batches;
  readonly jobs: RunningJobs;
  readonly caller: Caller;
  /** Fires when the client cancels or leaves, and when the time for the answer is up. */
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  /** Says how far the work is; sent on when the client asked for it. */
  readonly report: (progress: Progress) => void;
}

/** What a tool says. The same facts go out as structured content and as text. */
export interface ToolAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  /** Set when nothing that was asked for could be answered. */
  readonly isError?: boolean;
}

/** The members of a long enumeration that another tool lists: known, and not said twice. */
export const UNLISTED = { enum: undefined };

/** Hints for hosts, which ask their user before a call by them. */
export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** A tool that asks upstreams, and changes nothing that anybody would miss. */
export const LOOKS_UP: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

/** What models call a product, besides `product`. */
export const PRODUCT_NAMES = [
  ...['url', 'link', 'text', 'query', 'item', 'id', 'product_id'],
  ...['sku', 'sku_id', 'goods_id', 'item_id', 'num_iid'],
];

/** The same for several products, besides `products`. */
export const PRODUCTS_NAMES = ['product', ...PRODUCT_NAMES].flatMap((name) =>
  name === 'product' ? [name] : [name, `${name}s`],
);

/** A tool is data plus one function. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly annotations: Annotations;
  /** Arguments that are understood without being advertised, by what they stand for. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** @throws BijiaError */
  readonly run: (args: Readonly<Record<string, unknown>>, call: ToolCall) => Promise<ToolAnswer>;
}

interface ToolSpec<S extends z.ZodObject> extends Omit<Tool, 'run'> {
  readonly input: S;
  readonly run: (args: z.infer<S>, call: ToolCall) => Promise<ToolAnswer>;
}

/** Keeps the arguments' types together; `run` is only ever given what `input` has accepted. */
export function defineTool<S extends z.ZodObject>(spec: ToolSpec<S>): Tool {
  return spec as unknown as Tool;
}

/** The tool as `tools/list` shows it. */
export function formatTool({ name, title, description, input, output, annotations }: Tool) {
  return {
    name,
    title,
    description,
    inputSchema: toJsonSchema(input),
    outputSchema: toJsonSchema(output),
    annotations: { title, ...annotations },
  };
}

interface ObjectSchema {
  readonly type: 'object';
  readonly [key: string]: unknown;
}

/** Bounds that a caller who means well keeps to unasked: enforced, told by the refusal, and not worth their tokens. */
const UNSAID = ['minLength', 'maxLength', 'minItems'] as const;

function toJsonSchema(schema: z.ZodObject): ObjectSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      for (const name of UNSAID) delete jsonSchema[name];
      if (Object.keys(jsonSchema.properties ?? {}).length === 0) delete jsonSchema.properties;
    },
  });
  return { ...json, type: 'object' };
}
