import { createHash } from 'node:crypto';
import * as z from 'zod';
import { countOf, InputError, type JobRecord, toBijiaError } from '../../core/index.js';
import { toJobAnswer, toPendingAnswer } from '../answers/job-answer.js';
import { parseJobCursor, parseJobId, START } from '../answers/job-cursor.js';
import { listColumnNames } from '../answers/table.js';
import type { Catalogue } from '../catalogue.js';
import { followJob, stopJob, stopOnCancel } from '../jobs/follow-job.js';
import { getOwnJob } from '../jobs/running-jobs.js';
import { defineTool, LOOKS_UP, PRODUCTS_NAMES, type Tool, type ToolAnswer, type ToolCall } from '../tool.js';

const MAX_PRODUCTS = 500;
/** About what one result holds. */
const FULL_RESULT = 100;
const DEFAULT_FIELDS = [
  'platform',
  'id',
  'title',
  'price',
  'price_kind',
  'sales_text',
  'sales_period',
  'stock',
  'shop',
  'notes',
  'error_code',
];

export function createBatchProductsTool({ platforms }: Catalogue): Tool {
  return defineTool({
    name: 'batch_products',
    title: 'Get many products',
    description:
      `Price, sales and stock of up to ${MAX_PRODUCTS} products in one call; links, share texts and ids may be mixed. ` +
      'Answers within a minute with what is done; the job keeps running in the background. While remaining > 0, call ' +
      'again with {cursor: next_cursor} alone. Each input has an outcome. There is no sorting.',
    input: z.strictObject({
      products: z
        .array(z.string().max(4000))
        .min(1)
        .max(MAX_PRODUCTS)
        .optional()
        .describe('Links, share texts or ids (as strings)'),
      platform: z.enum(platforms).optional().describe('Only needed for bare ids'),
      job: z
        .string()
        .max(40)
        .optional()
        .describe('Instead of products: state and first rows of a job, which continues'),
      cursor: z.string().max(60).optional().describe('Instead of products: next_cursor of the last answer'),
      cancel: z.boolean().optional().describe('With job: true stops it'),
      fresh: z.boolean().optional().describe('true skips the cache'),
      detail: z
        .enum(['price', 'summary', 'full'])
        .optional()
        .describe('price is the cheapest; full adds SKUs to the resource batch://{job}'),
      fields: z.array(z.enum(listColumnNames())).min(1).optional().describe('Columns wanted'),
    }),
    output: z.object({
      job: z.string().optional(),
      state: z.string().optional(),
      total: z.number().optional(),
      remaining: z.number().optional(),
      error: z.object({}).optional(),
      notice: z.string().optional(),
    }),
    annotations: LOOKS_UP,
    aliases: {
      products: PRODUCTS_NAMES,
      platform: ['marketplace'],
      job: ['job_id'],
      fields: ['columns'],
    },
    run: getProducts,
  });
}

interface JobArguments {
  readonly products?: readonly string[];
  readonly platform?: string;
  readonly job?: string;
  readonly cursor?: string;
  readonly cancel?: boolean;
  readonly detail?: 'price' | 'summary' | 'full';
  readonly fresh?: boolean;
  readonly fields?: Parameters<typeof toJobAnswer>[2]['fields'];
}

/** Works on the job until its answer is worth giving, or the call's time is over. */
async function getProducts(args: JobArguments, call: ToolCall): Promise<ToolAnswer> {
  const record = await getJob(args, call);
  const { cursor, cancel, fresh, fields = DEFAULT_FIELDS } = args;
  const told = cursor ? parseJobCursor(cursor, record) : START;
  const isEnough = (done: number) => done - told.told >= FULL_RESULT;
  const answer = async () => {
    if (cancel) await stopJob(record, call);
    else await followJob(record, call, { isEnough, fresh });
    return toJobAnswer(await call.batches.get(record.id), call, { told, fields });
  };
  const late = () => toPendingAnswer(record, told, call.jobs.find(record.id)?.progress());
  return stopOnCancel(record, call, () => call.deadline.orLate(answer, late));
}

/** The job that is asked about, or that the list becomes. @throws InputError */
async function getJob(args: JobArguments, call: ToolCall): Promise<JobRecord> {
  const { products, job, cursor, cancel } = args;
  if (products && !job && !cursor && !cancel) return createJob(products, args, call);
  const id = job ?? (cursor ? parseJobId(cursor) : undefined);
  if (products || id === undefined) {
    throw new InputError('Give either products, or job or cursor of an earlier answer to continue it.', {
      code: 'invalid_arguments',
    });
  }
  return getOwnJob(id, call);
}

async function createJob(
  products: readonly string[],
  { platform, detail = 'summary' }: JobArguments,
  { batches, jobs, caller, signal }: ToolCall,
): Promise<JobRecord> {
  const label = `${countOf(products.length, 'product')} asked for by an assistant`;
  const prepared = await batches.prepare(
    { items: products },
    { owner: caller.owner, variant: hashLines(products), label, platform, detail, signal },
  );
  try {
    if (!jobs.find(prepared.id)) return await prepared.save();
  } catch (error) {
    if (toBijiaError(error).code !== 'job_running') throw error;
  }
  await prepared.discard();
  return batches.get(prepared.id);
}

/** Lines are counted in the list as it was given: the same products in other lines are another job. */
const hashLines = (products: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(products)).digest('hex').slice(0, 16);
