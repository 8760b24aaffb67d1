import { documentJson, type FileKind, type FileStore, photoJson, type StoredFile } from '../file-store.js';
import type { MessageContent } from '../messages.js';
import { badRequest, Refusal, Violation } from '../refusal.js';
import type { UploadedFile } from '../request-body.js';
import type { Call } from './call.js';

/** Decides about an address that Telegram is asked to load: `undefined` loads it, words refuse it. */
export type UrlPolicy = (url: string) => string | undefined;

export interface Media {
  /**
   * The photo or document of a message: uploaded, by address, or by an identifier given before.
   *
   * @throws {Refusal} missing, empty or too large file, no picture, refused address, unknown identifier.
   */
  readonly load: (kind: FileKind, source: string, call: Call) => Pick<MessageContent, 'photo' | 'document'>;
}

const ATTACHED = 'attach://';
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;
const PLAIN_NAME = /^[\x20-\x7e]*$/;
const PICTURE_STARTS = ['ffd8ff', '89504e47', '47494638', '52494646', '424d'];
/** Only these kinds of document can be sent by address. */
const LINKED_DOCUMENT = /\.(?:pdf|zip|gif)$/i;

export function createMedia(files: FileStore, urlPolicy: UrlPolicy): Media {
  const load = (kind: FileKind, source: string, call: Call) => {
    if (source.startsWith(ATTACHED)) {
      return shown(addUpload(files, kind, call.files.get(source.slice(ATTACHED.length))));
    }
    if (/^https?:\/\//i.test(source)) return shown(addLinked(files, kind, source, urlPolicy));
    return shown(files.reuse(source, kind));
  };
  const shown = (file: StoredFile) => {
    if (file.kind === 'document') return { document: documentJson(file) };
    return { photo: photoJson(file, files.add({ kind: 'photo', content: file.content, sizeBytes: 1_000 })) };
  };
  return { load };
}

function addUpload(files: FileStore, kind: FileKind, upload: UploadedFile | undefined): StoredFile {
  if (!upload) throw badRequest(`there is no ${kind} in the request`);
  const { content, fileName, contentType } = upload;
  const sizeBytes = content.length;
  if (!PLAIN_NAME.test(fileName)) throw new Violation(`file name ${JSON.stringify(fileName)} is not ASCII`);
  if (sizeBytes === 0) throw badRequest('file must be non-empty');
  if (kind === 'document' && sizeBytes > MAX_DOCUMENT_BYTES)
    throw new Refusal(413, 'Request Entity Too Large');
  if (kind === 'photo') checkPicture(content);
  const mimeType = contentType === 'application/octet-stream' ? mimeTypeOf(fileName) : contentType;
  return files.add({ kind, content, sizeBytes, fileName, mimeType });
}

function checkPicture(content: Buffer): void {
  if (content.length > MAX_PHOTO_BYTES) {
    throw badRequest(
      `file of size ${content.length} bytes is too big for a photo; the maximum size is ${MAX_PHOTO_BYTES} bytes`,
    );
  }
  const start = content.toString('hex', 0, 4);
  if (!PICTURE_STARTS.some((magic) => start.startsWith(magic))) throw badRequest('IMAGE_PROCESS_FAILED');
}

function addLinked(files: FileStore, kind: FileKind, url: string, urlPolicy: UrlPolicy): StoredFile {
  const pathname = URL.canParse(url) ? new URL(url).pathname : '';
  const isPossible = kind === 'photo' || LINKED_DOCUMENT.test(pathname);
  const refused = isPossible ? urlPolicy(url) : 'wrong type of the web page content';
  if (refused !== undefined) throw badRequest(refused);
  return files.add({ kind, sizeBytes: 50_000, url, fileName: pathname.split('/').at(-1) });
}

function mimeTypeOf(fileName: string): string {
  const types: Readonly<Record<string, string>> = {
    csv: 'text/csv',
    txt: 'text/plain',
    json: 'application/json',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  };
  return types[fileName.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}
