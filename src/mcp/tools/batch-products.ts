import * as z from 'zod';
import { InputError, type JobRecord, toBijiaError } from '../../core/index.js';
import { formatJob, formatPending } from '../answers/job-answer.js';
import { parseJobCursor, parseJobId } from '../answers/job-cursor.js';
import { listColumnNames } from '../answers/table.js';
import type { Catalogue } from '../catalogue.js';
import { followJob, stopJob, stopOnCancel } from '../jobs/follow-job.js';
import { getOwnJob, OWN_JOBS } from '../jobs/running-jobs.js';
import { defineTool, type Tool, type ToolCall } from '../tool.js';

const MAX_PRODUCTS = 500;
/** No result holds more rows. */
const FULL_RESULT = 200;
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

export function createBatchProductsTool({ named, platforms }: Catalogue): Tool {
  return defineTool({
    name: 'batch_products',
    title: 'Get many products',
    description:
      `Price, sales and stock of up to ${MAX_PRODUCTS} products on ${named} in one call; links, share texts and ids ` +
      'may be mixed. Answers within a minute with what is done. While remaining > 0, call again with {job} alone; ' +
      'the work goes on meanwhile. Each input has an outcome.',
    input: z.strictObject({
      products: z
        .array(z.string().min(1).max(4000))
        .min(1)
        .max(MAX_PRODUCTS)
        .optional()
        .describe('Links, share texts or ids (as strings)'),
      platform: z.enum(platforms).optional().describe('Only needed for bare ids'),
      job: z.string().max(40).optional().describe('Instead of products: goes on with a job'),
      cursor: z.string().max(5000).optional().describe('With job: tells what comes after this place'),
      cancel: z.boolean().optional().describe('With job: true stops it'),
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
    aliases: {
      products: [
        ...['product', 'text', 'texts', 'item', 'items', 'query'],
        ...['url', 'urls', 'link', 'links', 'id', 'ids', 'product_id', 'product_ids'],
        ...['sku', 'skus', 'sku_id', 'sku_ids', 'goods_id', 'goods_ids', 'item_id', 'item_ids'],
      ],
      platform: ['marketplace'],
      job: ['job_id'],
      fields: ['columns'],
    },
    run: async (args, call) => {
      const record = await getJob(args, call);
      const { cursor, fields = DEFAULT_FIELDS } = args;
      const told = cursor ? parseJobCursor(cursor, record) : args.job ? call.jobs.told(record) : undefined;
      const isEnough = (done: number) => done - (told?.line ?? 0) >= FULL_RESULT;
      const answer = async (isLost: () => boolean) => {
        if (args.cancel) await stopJob(record, call);
        else await followJob(record, call, { isEnough });
        return formatJob(await call.batches.get(record.id), call, { told, fields, isLost });
      };
      return stopOnCancel(record, call, () =>
        call.deadline.orLate(answer, () => formatPending(record, told)),
      );
    },
  });
}

interface JobArguments {
  readonly products?: readonly string[];
  readonly platform?: string;
  readonly job?: string;
  readonly cursor?: string;
  readonly cancel?: boolean;
  readonly detail?: 'price' | 'summary' | 'full';
}

/** The job that is asked about, or that the list becomes. @throws InputError */
async function getJob(args: JobArguments, call: ToolCall): Promise<JobRecord> {
  const { products, job, cursor, cancel } = args;
  if (products && !job && !cursor && !cancel) return createJob(products, args, call);
  const id = job ?? (cursor ? parseJobId(cursor) : undefined);
  if (products || id === undefined) {
    throw new InputError('Give either products, or job (with cursor or cancel) to go on with earlier ones.', {
      code: 'invalid_arguments',
    });
  }
  return getOwnJob(id, call.batches);
}

async function createJob(
  products: readonly string[],
  { platform, detail = 'summary' }: JobArguments,
  { batches, jobs, signal }: ToolCall,
): Promise<JobRecord> {
  const label = `${products.length} products asked for by an assistant`;
  const prepared = await batches.prepare(
    { items: products },
    { owner: OWN_JOBS, label, platform, detail, signal },
  );
  try {
    if (!jobs.find(prepared.id)) return await prepared.save();
  } catch (error) {
    if (toBijiaError(error).code !== 'job_running') throw error;
  }
  await prepared.discard();
  return batches.get(prepared.id);
}
