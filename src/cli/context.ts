import type { Readable } from 'node:stream';
import type { Clock, Core, Environment, Language, Words } from '../core/index.js';
import type { Terminal } from './output/terminal.js';
import type { SettingFault } from './settings/environment.js';
import type { Texts } from './words/index.js';

/** Exit codes, the same for all commands. */
export const EXIT = { ok: 0, notAllOk: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The world as a command sees it: only `main.ts` touches the process. */
export interface CliContext {
  /** What people read; data stays as it is. */
  readonly language: Language;
  /** About products and lists. */
  readonly words: Words;
  /** The words of the command line itself. */
  readonly texts: Texts;
  readonly terminal: Terminal;
  /** Takes the lines of the log as they are. */
  readonly writeLog: (line: string) => void;
  /** With the `.env` file of the working directory. */
  readonly environment: Environment;
  /** Its lines that do nothing. */
  readonly settingFaults: readonly SettingFault[];
  readonly cwd: string;
  readonly clock: Clock;
  /** Node takes 3 ms to make the stream, which most commands never read. */
  readonly openStdin: () => Readable;
  /** Fires when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** The built command itself, to start it again as another process. */
  readonly executable: string;
  /** It makes some calls and ends. */
  readonly isBrief?: boolean;
  readonly version: string;
  /** Where the project lives. */
  readonly homepage: string;
  readonly exit: (code: ExitCode) => void;
}

/** What a command sees and touches of its process. */
export type CommandWorld = Pick<
  NodeJS.Process,
  'env' | 'stdin' | 'stdout' | 'stderr' | 'cwd' | 'on' | 'exit' | 'exitCode'
>;

export interface OpenedCore {
  readonly core: Core;
  /** Environment with which another process would stand on the same upstreams. */
  readonly environment: Environment;
  readonly close: () => Promise<void>;
}
