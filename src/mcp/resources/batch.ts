import { formatJsonl, InputError, type JobRecord } from '../../core/index.js';
import { MAX_RESULT_CHARS } from '../answers/page-size.js';
import { cleanInput, toNotice } from '../answers/result.js';
import { getOwnJob } from '../jobs/running-jobs.js';
import type { Resource } from '../resource.js';
import type { ToolCall } from '../tool.js';

const MAX_LISTED = 20;

export const BATCH: Resource = {
  name: 'batch',
  title: 'Results of a batch',
  description: 'One JSON line per input, in pages: read _meta.next for the rest',
  mimeType: 'application/jsonl',
  uriTemplate: 'batch://{job}',
  pattern: /^batch:\/\/([0-9a-f]{3,16})(?:\?from=(\d{1,7}))?$/,
  complete: { job: async (call) => (await listFinished(call)).map(({ id }) => id) },
  list: async (call) => (await listFinished(call)).map(formatJob),
  read: async ([uri, job = '', from = '1'], call) => {
    const { id, key, state } = await getOwnJob(job, call);
    if (state !== 'finished') {
      throw new InputError(
        `The job ${id} is ${state}. Finish it with batch_products {"job":"${id}"}, then read it.`,
      );
    }
    const first = Math.max(1, Number(from));
    const { text, next } = await readPage(
      formatJsonl(call.batches.readRows(id, first - 1), key.detail),
      call.signal,
    );
    const _meta = {
      ...(next > 0 && { next: `batch://${id}?from=${first + next}` }),
      notice: toNotice(key.sandbox),
    };
    return { uri, mimeType: 'application/jsonl', text, _meta };
  },
};

/** The caller's own, the newest first. */
async function listFinished({ batches, caller }: ToolCall): Promise<readonly JobRecord[]> {
  const records = (await batches.list()).filter(
    ({ key, state }) => key.owner === caller.owner && state === 'finished',
  );
  return records.sort((a, b) => b.updatedAtMs - a.updatedAtMs).slice(0, MAX_LISTED);
}

function formatJob({ id, label, lines, updatedAtMs }: JobRecord) {
  return {
    uri: `batch://${id}`,
    name: id,
    title: `${cleanInput(label)} (${lines})`,
    description: `Finished ${new Date(updatedAtMs).toISOString()}`,
    mimeType: 'application/jsonl',
  };
}

/** @returns the text, and after how many lines it goes on; 0 at the end */
async function readPage(lines: AsyncIterable<string>, signal: AbortSignal) {
  let text = '';
  let count = 0;
  for await (const line of lines) {
    signal.throwIfAborted();
    if (text !== '' && text.length + line.length > MAX_RESULT_CHARS) return { text, next: count };
    text += line;
    count += 1;
  }
  return { text, next: 0 };
}
