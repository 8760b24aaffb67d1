import {
  closeSync,
  constants,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { HeldPermit, PermitKind } from '../../permits/held-permit.js';
import { isFileError } from '../local-folder.js';
import { createUnreadableError, readStateFileSync } from '../state-file.js';
import { createSpareFiles } from './spare-files.js';

/** What one permit file says. */
export type PermitRecord = Omit<HeldPermit, 'number'>;

/** First line, written before the file has its number: `<acquired> <kind> <pid> <holdUs>`. */
export function formatClaim({ acquiredUs, kind, pid, holdUs }: PermitRecord): string {
  return `${acquiredUs} ${kind} ${pid} ${holdUs}\n`;
}

/** Second line, appended when the call is over: the time of the answer, or `-` for given back unused. */
export function formatEnd(answeredUs: number | undefined): string {
  return `${answeredUs ?? '-'}\n`;
}

const CLAIM = /^(\d{1,16}) (i|b\d*) (\d{1,10}) (\d{1,16})\n/;
const END = /\n(-|\d{1,16})\n/;
/** Longer than any quota's window: what says so was not written here, and would hold its permit for centuries. */
const MAX_HOLD_US = 31 * 86_400_000_000;

/** Reads a permit file. Undefined when its first line is not whole: somebody is writing it, or died doing so. */
export function parsePermitFile(text: string): PermitRecord | undefined {
  const claim = CLAIM.exec(text);
  if (!claim || Number(claim[4]) > MAX_HOLD_US) return undefined;
  const end = END.exec(text)?.[1];
  return {
    acquiredUs: Number(claim[1]),
    kind: claim[2] as PermitKind,
    pid: Number(claim[3]),
    holdUs: Number(claim[4]),
    answeredUs: end === undefined || end === '-' ? undefined : Number(end),
    void: end === '-',
  };
}

/** Whether a file says how its call ended: only its own process writes to it, and it does so once. */
export function hasEnd(text: string): boolean {
  return parsePermitFile(text) !== undefined && END.test(text);
}

/** The permit files of one folder, named by their numbers. */
export type PermitFiles = ReturnType<typeof createPermitFiles>;

/** No folder gets that far: what has a longer name was put there by somebody else. */
const NAME = /^\d{1,12}$/;

const LINKS_FAIL = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];
const OLD_TEMP_MS = 60_000;

/** @param createName a name that no other process of this machine has or will have */
export function createPermitFiles(folder: string, pid: number, createName = () => `${pid}`) {
  const pathOf = (number: number) => `${folder}/${number}`;
  const writeTemp = createTempWriter(folder, pid);
  const spares = createSpareFiles(join(folder, 'spare'), createName);
  const creation = createCreation({ pathOf, writeTemp, spares });
  return {
    /** All numbers, the lowest first. */
    list: () =>
      readdirSync(folder)
        .filter((name) => NAME.test(name))
        .map(Number)
        .sort((one, other) => one - other),
    exists: (number: number) => isFileThere(pathOf(number)),
    /** The text of a file; undefined when there is none. */
    read: (number: number) => readStateFileSync(pathOf(number)),
    /** Creates the file whole or not at all; false when somebody else has the number. */
    create: creation.create,
    /** How long ago a file was written, by the file system's own clock: the wall clock may have been set. */
    getAgeUs: (number: number): number => {
      const temp = writeTemp('');
      const nowMs = statSync(temp).mtimeMs;
      removeIfThere(temp);
      const writtenMs = statSync(pathOf(number), { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
      return Math.max(0, Math.round((nowMs - writtenMs) * 1000));
    },
    /** Adds to a file that must exist. */
    append: (number: number, text: string) => appendToExisting(pathOf(number), text),
    remove: (number: number) => removeIfThere(pathOf(number)),
    /** Deletes a file to which nobody writes any more. */
    retire: (number: number) => {
      if (!creation.canLink() || !spares.keep(pathOf(number))) removeIfThere(pathOf(number));
    },
    /** Deletes what this process keeps for later. */
    close: () => spares.close(),
    /** Writes a new private file and returns its path. */
    writeTemp,
    /** Removes private files that processes left behind when they died, long before `number` was created. */
    removeOldTemps: (number: number) => {
      // The file system's own clock on both sides: the wall clock may have been set.
      const nowMs = statSync(pathOf(number)).mtimeMs;
      for (const name of readdirSync(folder)) {
        if (!name.startsWith('tmp-')) continue;
        const stats = statSync(join(folder, name), { throwIfNoEntry: false });
        if (stats && nowMs - stats.mtimeMs > OLD_TEMP_MS) removeIfThere(join(folder, name));
      }
      spares.removeOld(nowMs);
    },
  };
}

interface CreationParts {
  readonly pathOf: (number: number) => string;
  readonly writeTemp: (text: string) => string;
  readonly spares: ReturnType<typeof createSpareFiles>;
}

/** How a file gets its number: by a link to one that is whole, where the file system has links. */
function createCreation({ pathOf, writeTemp, spares }: CreationParts) {
  let canLink = true;
  /** Undefined where there is no spare file to link. */
  const linkSpare = (number: number, text: string): boolean | undefined => {
    const spare = spares.take(text);
    if (spare === undefined) return undefined;
    try {
      const isLinked = linkNew(spare, pathOf(number));
      if (isLinked) removeIfThere(spare);
      else spares.putBack(spare);
      return isLinked;
    } catch (error) {
      // Idle for a minute, it passed for one of a dead process.
      if (!isFileError(error, 'ENOENT', ...LINKS_FAIL)) throw error;
      return undefined;
    }
  };
  const create = (number: number, text: string): boolean => {
    if (!NAME.test(String(number))) throw createUnreadableError(pathOf(number - 1), 'its number is too high');
    if (!canLink) return writeNew(pathOf(number), text);
    const linked = linkSpare(number, text);
    if (linked !== undefined) return linked;
    const temp = writeTemp(text);
    try {
      return linkNew(temp, pathOf(number));
    } catch (error) {
      if (!isFileError(error, ...LINKS_FAIL)) throw error;
      canLink = false;
      return writeNew(pathOf(number), text);
    } finally {
      removeIfThere(temp);
    }
  };
  return { create, canLink: () => canLink };
}

/** The processes that took a permit of this folder lately, each once. */
export function listPermitHolders(folder: string): number[] {
  const files = createPermitFiles(folder, process.pid);
  const pids = files.list().flatMap((number) => parsePermitFile(files.read(number) ?? '')?.pid ?? []);
  return [...new Set(pids)];
}

/** Exclusive creation, because processes in different containers may have the same pid. */
function createTempWriter(folder: string, pid: number): (text: string) => string {
  let count = 0;
  return (text) => {
    for (;;) {
      const path = `${folder}/tmp-${pid}-${count}`;
      count += 1;
      if (writeNew(path, text)) return path;
    }
  };
}

function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isFileError(error, 'EEXIST')) return false;
    throw error;
  }
}

function linkNew(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isFileError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** @throws ConfigError for what is in the place of a file: also a link that leads nowhere keeps its number from others */
function isFileThere(path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts && !facts.isFile()) throw createUnreadableError(path, 'not a regular file');
  return facts !== undefined;
}

function appendToExisting(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return;
    rmSync(path, { recursive: true, force: true });
  }
}
