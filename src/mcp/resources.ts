import { formatJsonl, formatProduct, InputError, NotFoundError } from '../core/index.js';
import { MAX_RESULT_CHARS } from './answers/page-size.js';
import { toNotice } from './answers/result.js';
import { getOwnJob } from './jobs/running-jobs.js';
import type { ToolCall } from './tool.js';

export interface ResourceText {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
  readonly _meta?: object;
}

/** As `resources/templates/list` shows them. */
export function listResourceTemplates() {
  return [
    {
      uriTemplate: 'product://{platform}/{id}',
      name: 'product',
      title: 'Product',
      description: 'All that is known of a product, SKUs and attributes included',
      mimeType: 'application/json',
    },
    {
      uriTemplate: 'batch://{job}',
      name: 'batch',
      title: 'Results of a batch',
      description: 'One JSON line per input, in pages: read _meta.next for the rest',
      mimeType: 'application/jsonl',
    },
  ];
}

type ResourceContext = Pick<ToolCall, 'core' | 'batches' | 'signal' | 'deadline'>;

/** @throws BijiaError when there is no such resource, or it cannot be had now */
export async function readResource(uri: string, context: ResourceContext): Promise<ResourceText[]> {
  const [, platform, id] = /^product:\/\/([a-z0-9-]{1,30})\/([^/?#]{1,200})$/.exec(uri) ?? [];
  if (platform && id) return readProduct(uri, platform, decodeId(id), context);
  const [, job, from = '1'] = /^batch:\/\/([0-9a-f]{3,16})(?:\?from=(\d{1,7}))?$/.exec(uri) ?? [];
  if (job) return readBatch(uri, job, Number(from), context);
  throw new NotFoundError('There is no such resource. Known: product://{platform}/{id} and batch://{job}.');
}

/** @throws NotFoundError when the encoding is broken */
function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new NotFoundError('The id in this resource is not correctly percent-encoded.');
  }
}

async function readProduct(
  uri: string,
  platform: string,
  id: string,
  { core, signal, deadline }: ResourceContext,
): Promise<ResourceText[]> {
  const options = { platform, signal, detail: 'full' as const, onWait: deadline.onWait };
  const [result] = await core.lookUp([core.toProductRef(platform, id)], options);
  if (!result?.product) throw result?.error ?? new NotFoundError('There is no such product.');
  const data = { ...formatProduct(result.product), notice: toNotice(result.sandbox) };
  return [{ uri, mimeType: 'application/json', text: JSON.stringify(data) }];
}

async function readBatch(
  uri: string,
  job: string,
  from: number,
  { batches, signal }: ResourceContext,
): Promise<ResourceText[]> {
  const { id, key, state } = await getOwnJob(job, batches);
  if (state !== 'finished') {
    throw new InputError(
      `The job ${id} is ${state}. Finish it with batch_products {"job":"${id}"}, then read it.`,
    );
  }
  const notice = toNotice(key.sandbox);
  const page = (text: string, _meta: object) => [{ uri, mimeType: 'application/jsonl', text, _meta }];
  let text = '';
  let line = Math.max(0, from - 1);
  for await (const row of formatJsonl(batches.readRows(id, line), key.detail)) {
    signal.throwIfAborted();
    line += 1;
    if (text !== '' && text.length + row.length > MAX_RESULT_CHARS) {
      return page(text, { next: `batch://${id}?from=${line}`, notice });
    }
    text += row;
  }
  return page(text, { notice });
}
