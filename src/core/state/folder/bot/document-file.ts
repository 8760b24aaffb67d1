import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../../../errors.js';
import { openLocalFolder } from '../../local-folder.js';
import { readStateFileSync, replaceFile } from '../../state-file.js';

/** A small value that outlives the process. */
interface DocumentFileOptions<T> {
  readonly path: string;
  /** Checks what is on disk. @throws for anything else */
  readonly parse: (json: unknown) => T;
  /** Where there is no file, or none that can be read. */
  readonly initial: T;
  readonly onError: (error: unknown) => void;
}

/** JSON, replaced as a whole: a reader, also after a crash, finds the old or the new value. */
export function createDocumentFile<T>({ path, parse, initial, onError }: DocumentFileOptions<T>) {
  let value = read(path, parse, onError) ?? initial;
  let written = value;
  let writing: Promise<void> | undefined;

  const write = async () => {
    while (written !== value) {
      const next = value;
      await replaceFile(path, `${JSON.stringify(next)}\n`);
      written = next;
    }
  };

  const flush = () => {
    writing ??= write()
      .catch(onError)
      .finally(() => {
        writing = undefined;
      });
    return writing;
  };

  return {
    get: (): T => value,
    /** Takes effect at once, and is on disk soon. */
    set: (next: T): void => {
      value = next;
      void flush();
    },
    /** Resolves when everything set so far is on disk. */
    flush: async (): Promise<void> => {
      while (written !== value || writing) {
        const before = value;
        await flush();
        // A disk that refuses is not asked forever.
        if (written !== before && value === before) return;
      }
    },
  };
}

/**
 * What is not there is absent; what is there and makes no sense is set aside, so that it can be looked at.
 * @throws ConfigError for a file that cannot be read: taken for absent, it would be overwritten
 */
function read<T>(
  path: string,
  parse: (json: unknown) => T,
  onError: (error: unknown) => void,
): T | undefined {
  openLocalFolder(dirname(path));
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return parse(JSON.parse(text));
  } catch {
    rmSync(`${path}.broken`, { recursive: true, force: true });
    renameSync(path, `${path}.broken`);
    onError(
      new ConfigError(`${path} could not be understood and was renamed to end in .broken.`, {
        code: 'state_set_aside',
        facts: { path },
      }),
    );
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readStateFileSync(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new ConfigError(`${path} cannot be read (${code}). Give this user access to it, or remove it.`);
  }
}
