import { randomBytes } from 'node:crypto';
import type { Document, File, PhotoSize } from 'grammy/types';
import { badRequest } from './refusal.js';

export type FileKind = 'photo' | 'document';

export interface NewFile {
  readonly kind: FileKind;
  /** Absent when only a size is claimed, or the file lies behind an address. */
  readonly content?: Uint8Array;
  readonly sizeBytes: number;
  readonly fileName?: string;
  readonly mimeType?: string;
  /** Where the bot said the file is. */
  readonly url?: string;
}

export interface StoredFile extends NewFile {
  readonly fileId: string;
  readonly fileUniqueId: string;
}

export interface FileStore {
  readonly add: (file: NewFile) => StoredFile;
  /**
   * A file by the identifier that the bot was given before.
   *
   * @throws {Refusal} unknown identifier, or one of another kind of file.
   */
  readonly reuse: (fileId: string, kind: FileKind) => StoredFile;
  /** @throws {Refusal} "invalid file_id", "file is too big". */
  readonly describe: (fileId: string) => File;
  /** Content behind a path that {@link describe} gave, for an hour. */
  readonly download: (path: string) => Uint8Array | undefined;
  readonly get: (fileId: string) => StoredFile | undefined;
}

const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;
const PATH_LIFETIME_MS = 60 * 60 * 1000;
/** The type of a file is visible in the first characters of its identifier, as in Telegram's. */
const PREFIX: Readonly<Record<FileKind, string>> = { photo: 'AgACAgUAAxkBAA', document: 'BQACAgUAAxkBAA' };

export function createFileStore(now: () => number): FileStore {
  const files = new Map<string, StoredFile>();
  const paths = new Map<string, { readonly fileId: string; readonly expiresAt: number }>();

  const add = (file: NewFile) => {
    const fileUniqueId = `AQAD${randomBytes(8).toString('base64url')}`;
    const fileId = `${PREFIX[file.kind]}${randomBytes(24).toString('base64url')}`;
    const stored = { ...file, fileId, fileUniqueId };
    files.set(fileId, stored);
    return stored;
  };

  const reuse = (fileId: string, kind: FileKind) => {
    const file = files.get(fileId);
    if (!file) throw badRequest("wrong remote file identifier specified: can't unserialize it");
    if (file.kind !== kind)
      throw badRequest(`can't use file of type ${nameOf(file.kind)} as ${nameOf(kind)}`);
    return file;
  };

  const describe = (fileId: string) => {
    const file = files.get(fileId);
    if (!file) throw badRequest('invalid file_id');
    if (file.sizeBytes > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
    const path = `${file.kind}s/file_${paths.size}${extensionOf(file)}`;
    paths.set(path, { fileId, expiresAt: now() + PATH_LIFETIME_MS });
    return {
      file_id: file.fileId,
      file_unique_id: file.fileUniqueId,
      file_size: file.sizeBytes,
      file_path: path,
    };
  };

  const download = (path: string) => {
    const grant = paths.get(path);
    return grant && grant.expiresAt > now() ? files.get(grant.fileId)?.content : undefined;
  };

  return { add, reuse, describe, download, get: (fileId) => files.get(fileId) };
}

function nameOf(kind: FileKind): string {
  return kind === 'photo' ? 'Photo' : 'Document';
}

function extensionOf({ kind, fileName = '' }: StoredFile): string {
  return kind === 'photo' ? '.jpg' : (/\.[a-z0-9]{1,8}$/i.exec(fileName)?.[0] ?? '');
}

export function documentJson({ fileId, fileUniqueId, sizeBytes, fileName, mimeType }: StoredFile): Document {
  return {
    ...(fileName !== undefined && { file_name: fileName }),
    ...(mimeType !== undefined && { mime_type: mimeType }),
    file_id: fileId,
    file_unique_id: fileUniqueId,
    file_size: sizeBytes,
  };
}

/** A preview and the photo itself; pictures are not decoded, so the sizes in pixels are made up. */
export function photoJson(photo: StoredFile, preview: StoredFile): PhotoSize[] {
  return [
    { ...sizeJson(preview), width: 90, height: 90 },
    { ...sizeJson(photo), width: 800, height: 800 },
  ];
}

function sizeJson({ fileId, fileUniqueId, sizeBytes }: StoredFile) {
  return { file_id: fileId, file_unique_id: fileUniqueId, file_size: sizeBytes };
}
