import type { Encoding, ParsedBody } from './request-body.js';

/** One HTTP request by the bot. */
export interface RequestRecord {
  /** A method's name as it was sent, or `download`. */
  readonly method: string;
  encoding: Encoding;
  /** Parameters as they were sent, before any check. */
  fields: Readonly<Record<string, unknown>>;
  files: readonly { readonly fileName: string; readonly sizeBytes: number }[];
  /** Monotonic milliseconds (`performance.now()`), when the head of the request was read. */
  readonly receivedAtMs: number;
  answeredAtMs: number | undefined;
  /** When it was over in whatever way: answered, cut off, or left without an answer. */
  endedAtMs: number | undefined;
  /** HTTP status; absent as long as there is no answer, or when the connection was closed. */
  status: number | undefined;
  /** Description of a refusal. */
  description: string | undefined;
  /** Kind of the planned fault that met this request. */
  fault: string | undefined;
}

export interface RequestLog {
  readonly records: readonly RequestRecord[];
  readonly begin: (method: string) => RequestRecord;
}

export function createRequestLog(): RequestLog {
  const records: RequestRecord[] = [];
  const begin = (method: string) => {
    const record: RequestRecord = {
      method,
      encoding: 'none',
      fields: {},
      files: [],
      receivedAtMs: performance.now(),
      answeredAtMs: undefined,
      endedAtMs: undefined,
      status: undefined,
      description: undefined,
      fault: undefined,
    };
    records.push(record);
    return record;
  };
  return { records, begin };
}

export function noteBody(record: RequestRecord, { encoding, fields, files }: ParsedBody): void {
  record.encoding = encoding;
  record.fields = fields;
  record.files = files.map(({ fileName, content }) => ({ fileName, sizeBytes: content.length }));
}
