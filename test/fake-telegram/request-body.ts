import type { IncomingMessage } from 'node:http';
import { parseMultipart } from './multipart.js';
import { badRequest, Refusal } from './refusal.js';

export interface UploadedFile {
  readonly field: string;
  readonly fileName: string;
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

export type Encoding = 'json' | 'urlencoded' | 'multipart' | 'none';

export interface ParsedBody {
  readonly encoding: Encoding;
  /** Values as they came: typed in JSON, strings in a form or in the query string. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly UploadedFile[];
}

/** 50 MB of file and room for the other fields. */
const MAX_BODY_BYTES = 51 * 1024 * 1024;

/** Reads a whole body. One that is too large is read to its end all the same, so that the refusal arrives. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > MAX_BODY_BYTES) throw new Refusal(413, 'Request Entity Too Large');
  return Buffer.concat(chunks, sizeBytes);
}

/** Takes the parameters from the query string and from a JSON, urlencoded or multipart body. */
export function parseBody(contentType: string | undefined, body: Buffer, query: URLSearchParams): ParsedBody {
  const queryFields = Object.fromEntries(query);
  const [mediaType = '', ...attributes] = (contentType ?? '').split(';').map((piece) => piece.trim());
  switch (mediaType.toLowerCase()) {
    case 'application/json':
      return { encoding: 'json', fields: { ...queryFields, ...parseJsonObject(body) }, files: [] };
    case 'application/x-www-form-urlencoded': {
      const fields = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
      return { encoding: 'urlencoded', fields: { ...queryFields, ...fields }, files: [] };
    }
    case 'multipart/form-data':
      return parseForm(body, boundaryOf(attributes), queryFields);
    default:
      return { encoding: query.size > 0 ? 'urlencoded' : 'none', fields: queryFields, files: [] };
  }
}

function parseJsonObject(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value };
  } catch {
    // Answered below with the same words as a body that is not an object.
  }
  throw badRequest("can't parse request parameters JSON object");
}

function boundaryOf(attributes: readonly string[]): string {
  const attribute = attributes.find((piece) => piece.toLowerCase().startsWith('boundary='));
  const boundary = attribute?.slice('boundary='.length).replace(/^"(.*)"$/, '$1');
  if (!boundary) throw badRequest('boundary in multipart/form-data not found');
  return boundary;
}

/** A file part named after a parameter, as curl sends it, counts as `attach://` with that name. */
function parseForm(body: Buffer, boundary: string, queryFields: Record<string, string>): ParsedBody {
  const fields: Record<string, unknown> = { ...queryFields };
  const files: UploadedFile[] = [];
  for (const { name, fileName, contentType, content } of parseMultipart(body, boundary)) {
    if (fileName === undefined) fields[name] = content.toString('utf8');
    else files.push({ field: name, fileName, contentType, content });
  }
  const direct = files.filter((file) =>
    ['photo', 'document', 'thumbnail', 'certificate'].includes(file.field),
  );
  for (const { field } of direct) fields[field] ??= `attach://${field}`;
  return { encoding: 'multipart', fields, files };
}
