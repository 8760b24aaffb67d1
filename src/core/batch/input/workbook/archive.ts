import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Entry, type Options, open, type ZipFile } from 'yauzl';

/** The parts of a zip archive, read one by one and never whole. */
export type Archive = Awaited<ReturnType<typeof openArchive>>;

const openZip = promisify<string, Options, ZipFile>(open);

/** More parts than any workbook has. */
const MAX_ENTRIES = 20_000;

/** @param check called with each unpacked piece; may throw */
export async function openArchive(path: string, check: () => void) {
  const zip = await openZip(path, { lazyEntries: true, autoClose: false });
  const entries = await listEntries(zip);
  return {
    names: () => [...entries.keys()],
    /** @returns undefined when there is no such part */
    findText: async (name: string) => {
      const entry = entries.get(name.replace(/^\//, '').toLowerCase());
      if (!entry) return undefined;
      const stream = await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
      return decode(stream, check);
    },
    close: () => zip.close(),
  };
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName.toLowerCase(), entry);
      if (entries.size > MAX_ENTRIES) reject(new Error('too many parts'));
      else zip.readEntry();
    });
    zip.on('end', resolve);
    zip.on('error', reject);
    zip.readEntry();
  });
  return entries;
}

async function* decode(stream: Readable, check: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    check();
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}
