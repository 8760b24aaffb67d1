import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { ResponseError } from '../errors.js';

type Decompress = (body: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** Never asked for, but some servers compress all the same. */
const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Uint8Array, ZlibOptions, Buffer>(inflate),
  br: promisify<Uint8Array, ZlibOptions, Buffer>(brotliDecompress),
};

/** What came with a body, each empty where nothing did. */
export interface BodyHeaders {
  /** `Content-Encoding`; one that is not known here is left as it is. */
  readonly encoding: string;
  /** `Content-Type`, for its character set. */
  readonly type: string;
}

/**
 * The text of a body.
 * @param maxBytes bounds what a compressed body unfolds to
 * @throws ResponseError
 */
export async function readBodyText(
  body: Uint8Array,
  { encoding, type }: BodyHeaders,
  maxBytes: number,
): Promise<string> {
  const decompress = DECOMPRESS[encoding.trim().toLowerCase()];
  const bytes = decompress ? await unfold(decompress(body, { maxOutputLength: maxBytes })) : body;
  return createDecoder(type).decode(bytes);
}

function createDecoder(type: string) {
  try {
    return new TextDecoder(/;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1]);
  } catch {
    // A character set that nobody knows.
    return new TextDecoder();
  }
}

async function unfold(decompressed: Promise<Buffer>): Promise<Buffer> {
  try {
    return await decompressed;
  } catch (cause) {
    if (cause instanceof RangeError) throw createTooLargeError({ cause });
    throw new ResponseError('The upstream sent a compressed answer that is broken. Report it if it lasts.', {
      cause,
    });
  }
}

export function createTooLargeError(options: { readonly cause: unknown }): ResponseError {
  return new ResponseError('The upstream sent more data than any product has; it was cut off.', options);
}
