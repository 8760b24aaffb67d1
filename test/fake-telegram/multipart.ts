import { badRequest } from './refusal.js';

export interface Part {
  readonly name: string;
  /** Present when the part is a file. */
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

const LINE_END = '\r\n';
const HEADERS_END = '\r\n\r\n';

/**
 * Reads multipart/form-data as the Bot API server does: header names in any case, with or without a blank after the
 * colon, values quoted or bare (grammY sends `filename=a.csv` without quotes) and percent-decoded.
 *
 * @throws {Refusal} where the real server refuses the body.
 */
export function parseMultipart(body: Buffer, boundary: string): Part[] {
  const opening = Buffer.from(`--${boundary}`);
  const separator = Buffer.from(`${LINE_END}--${boundary}`);
  const parts: Part[] = [];
  let position = body.indexOf(opening);
  if (position === -1) throw badRequest('boundary in multipart/form-data not found');
  position += opening.length;
  while (body.toString('latin1', position, position + 2) !== '--') {
    const headersEnd = body.indexOf(HEADERS_END, position);
    const contentStart = headersEnd + HEADERS_END.length;
    const contentEnd = body.indexOf(separator, contentStart);
    if (headersEnd === -1 || contentEnd === -1) throw badRequest('multipart/form-data ends in the middle');
    const headers = body.toString('utf8', position + LINE_END.length, headersEnd);
    parts.push(readPart(headers, body.subarray(contentStart, contentEnd)));
    position = contentEnd + separator.length;
  }
  return parts;
}

function readPart(headerText: string, content: Buffer): Part {
  const headers = new Map(headerText.split(LINE_END).map(splitHeader));
  const disposition = headers.get('content-disposition') ?? '';
  if (!disposition.startsWith('form-data;')) throw badRequest('expected form-data content disposition');
  const attributes = readAttributes(disposition);
  const name = attributes.get('name');
  if (!name) throw badRequest('field name in multipart/form-data not found');
  return { name, fileName: attributes.get('filename'), contentType: headers.get('content-type'), content };
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon === -1) throw badRequest("can't parse form data headers");
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

function readAttributes(disposition: string): Map<string, string> {
  const attributes = new Map<string, string>();
  const attribute = /;\s*([a-z*]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))/gi;
  for (const [, key = '', quoted, bare = ''] of disposition.matchAll(attribute)) {
    attributes.set(key.toLowerCase(), percentDecode(quoted?.replace(/\\(.)/g, '$1') ?? bare.trim()));
  }
  return attributes;
}

function percentDecode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
