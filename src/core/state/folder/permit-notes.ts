import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Freeze, isAfter } from '../../permits/permit-freeze.js';
import { isFileError, makeFolder } from '../local-folder.js';
import { createUnreadableError, readStateFileSync } from '../state-file.js';

/** Stamps further ahead of the clock than this were written in another boot. */
export const OTHER_BOOT_US = 1_000_000;

/** No process announces its waiting callers for longer than this. */
const LONGEST_NOTE_US = 60_000_000;

/** No upstream asks for more: what says so was not written here. */
const LONGEST_FREEZE_US = 31 * 86_400_000_000;

/** What processes tell each other besides the permits: a freeze, its end by a success, who waits, and who has chatted. */
export interface PermitNotes {
  readonly readFreeze: (nowUs: number) => Freeze | undefined;
  readonly writeFreeze: (freeze: Freeze) => void;
  /** Kept in a file of its own, so that it can never overwrite a new freeze. */
  readonly writeSuccess: (acquiredUs: number) => void;
  /** Interactive callers of other processes who wait now. */
  readonly countWaiting: (nowUs: number) => number;
  readonly writeWaiting: (count: number, nowUs: number) => void;
  /** When an interactive permit was taken whose file is deleted by now; undefined for never. */
  readonly readInteractive: (nowUs: number) => number | undefined;
  readonly writeInteractive: (acquiredUs: number) => void;
}

export interface NotesOptions {
  readonly folder: string;
  readonly pid: number;
  /** How long a note about waiting callers counts unless it is renewed: its writer may be dead. */
  readonly lifeUs: number;
  /** Writes a new private file of the folder and returns its path. */
  readonly writeTemp: (text: string) => string;
}

export function createPermitNotes({ folder, pid, lifeUs, writeTemp }: NotesOptions): PermitNotes {
  const statePath = join(folder, 'state');
  const successPath = join(folder, 'success');
  const interactivePath = join(folder, 'interactive');
  const replace = (path: string, text: string) => renameSync(writeTemp(text), path);
  return {
    readFreeze: (nowUs) => parseFreeze(readText(statePath), readText(successPath), nowUs),
    writeFreeze: ({ frozenUntilUs, calls, sinceUs, strikes }) =>
      replace(statePath, `${Math.ceil(frozenUntilUs)} ${calls} ${sinceUs} ${strikes}\n`),
    writeSuccess: (acquiredUs) => replace(successPath, `${acquiredUs}\n`),
    readInteractive: (nowUs) => parseStamp(readText(interactivePath), nowUs),
    writeInteractive: (acquiredUs) => replace(interactivePath, `${acquiredUs}\n`),
    ...createWaitingNotes(join(folder, 'waiting'), pid, Math.min(lifeUs, LONGEST_NOTE_US)),
  };
}

/** Asks first, because both files are rare and an exception costs ten times the question. */
function readText(path: string): string {
  return (existsSync(path) && readStateFileSync(path)) || '';
}

function parseFreeze(state: string, success: string, nowUs: number): Freeze | undefined {
  const match = /^(\d+) (\d+) (\d+) (\d+)\n$/.exec(state);
  if (!match) return undefined;
  const [frozenUntilUs = 0, calls = 0, sinceUs = 0, strikes = 0] = match.slice(1).map(Number);
  if (sinceUs > nowUs + OTHER_BOOT_US || frozenUntilUs - sinceUs > LONGEST_FREEZE_US) return undefined;
  const freeze = { frozenUntilUs, calls, sinceUs, strikes };
  const successUs = parseStamp(success, nowUs);
  const isForgiven = successUs !== undefined && isAfter(freeze, successUs);
  return isForgiven ? { ...freeze, strikes: 0 } : freeze;
}

function parseStamp(text: string, nowUs: number): number | undefined {
  const stampUs = /^\d{1,16}\n$/.test(text) ? Number(text) : undefined;
  return stampUs !== undefined && stampUs <= nowUs + OTHER_BOOT_US ? stampUs : undefined;
}

/** A note is an empty file whose name says it all: `<until>-<count>-<pid>`. */
function createWaitingNotes(folder: string, pid: number, lifeUs: number) {
  let mine: { readonly name: string; readonly count: number; readonly untilUs: number } | undefined;
  const remove = (name: string) => rmSync(join(folder, name), { recursive: true, force: true });
  return {
    countWaiting: (nowUs: number): number => {
      let waiting = 0;
      for (const name of listNames(folder)) {
        const [untilUs = 0, count = 0] = name.split('-').map(Number);
        if (!(untilUs > nowUs)) remove(name);
        else if (name !== mine?.name && untilUs <= nowUs + LONGEST_NOTE_US) waiting += count;
      }
      return waiting;
    },
    writeWaiting: (count: number, nowUs: number): void => {
      if (count === (mine?.count ?? 0) && (!mine || mine.untilUs - nowUs > lifeUs / 2)) return;
      const untilUs = Math.round(nowUs + lifeUs);
      const next = count > 0 ? { name: `${untilUs}-${count}-${pid}`, count, untilUs } : undefined;
      if (next) writeFileSync(join(folder, next.name), '', { mode: 0o600 });
      if (mine && mine.name !== next?.name) remove(mine.name);
      mine = next;
    },
  };
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isFileError(error, 'ENOTDIR')) throw createUnreadableError(folder, 'not a folder');
    if (!isFileError(error, 'ENOENT')) throw error;
    makeFolder(folder);
    return [];
  }
}
