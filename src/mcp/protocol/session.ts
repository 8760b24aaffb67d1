import {
  type Batches,
  type BijiaError,
  type Clock,
  type Core,
  createBatches,
  toBijiaError,
} from '../../core/index.js';
import { formatAnswer, type ToolResult, toFailure } from '../answers/result.js';
import type { Caller } from '../caller.js';
import type { Catalogue } from '../catalogue.js';
import { createRunningJobs, type RunningJobs } from '../jobs/running-jobs.js';
import type { Tool, ToolCall } from '../tool.js';
import { parseArguments } from './arguments.js';
import { createCallCount } from './call-count.js';
import { runUntil } from './deadline.js';
import { type ProgressNotice, startProgress } from './progress.js';

/** How long the caller waits while the configuration is not known yet. */
const OPEN_WITHIN_MS = 45_000;

export interface OpenedCore {
  readonly core: Core;
  readonly close: () => Promise<void>;
}

export interface SessionOptions extends Pick<Clock, 'now' | 'monotonicNow'> {
  /** Opens what the tools stand on, with the first call. @throws ConfigError, which the tools then say */
  readonly openCore: () => Promise<OpenedCore>;
  /** Receives what the operator should know. */
  readonly tell: (text: string) => void;
}

export interface CallContext {
  /** Fires when the client cancels or has left. */
  readonly signal: AbortSignal;
  readonly caller: Caller;
  /** Absent when the client wants no progress. */
  readonly sendProgress?: (notice: ProgressNotice) => Promise<void>;
}

/** What lasts as long as the client stays: the core, opened when it is first needed, and the jobs. */
export type Session = ReturnType<typeof createSession>;

interface Opened extends OpenedCore {
  readonly batches: Batches;
  readonly jobs: RunningJobs;
}

/** Opened with the first call, and until it succeeds with each. */
function createOpening({ openCore, monotonicNow }: Pick<SessionOptions, 'openCore' | 'monotonicNow'>) {
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  const openAll = async (): Promise<Opened> => {
    const core = await openCore();
    const batches = createBatches(core.core);
    opened = { ...core, batches, jobs: createRunningJobs(batches, { monotonicNow }) };
    return opened;
  };
  return {
    /** Once it is open. */
    find: () => opened?.core,
    open: () => {
      opening ??= openAll().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    close: async () => {
      const all = await opening?.catch(() => undefined);
      await all?.jobs.close();
      await all?.close();
    },
  };
}

export function createSession({ openCore, tell, now, monotonicNow }: SessionOptions, catalogue: Catalogue) {
  const { find, open, close } = createOpening({ openCore, monotonicNow });
  const redact = (text: string) => find()?.redact(text) ?? text;
  /** Whether what is thrown is the sandbox's. */
  const isSandbox = () => find()?.isSandbox ?? false;
  const callCount = createCallCount();

  /** Runs work under the rules of a tool. @throws BijiaError */
  const run = async <T>(
    work: (call: ToolCall) => Promise<T>,
    { signal, caller, sendProgress }: CallContext,
  ): Promise<T> => {
    const end = callCount.begin(caller);
    const asked = { signal, monotonicNow, startMs: monotonicNow() };
    const progress = sendProgress && startProgress(sendProgress);
    const report = (state: Parameters<ToolCall['report']>[0]) => progress?.report(state);
    try {
      const { core, batches, jobs } = await runUntil({ ...asked, withinMs: OPEN_WITHIN_MS }, open);
      const withinMs = core.config.general.answerWithinMs;
      return await runUntil({ ...asked, withinMs }, (deadline, inner) =>
        work({ core, batches, jobs, caller, deadline, signal: inner, report, now, monotonicNow }),
      );
    } finally {
      progress?.stop();
      end();
    }
  };

  /** Turns what was thrown into words, and tells the operator of a fault of the program. */
  const explain = (thrown: unknown): BijiaError => {
    const error = toBijiaError(thrown);
    if (error.code === 'internal_error') tell(redact(`${error.message}\n${error.detail ?? ''}`));
    return error;
  };

  return {
    run,
    explain,
    isSandbox,
    redact,
    /** Never throws: what fails becomes an answer that says so. */
    callTool: async (tool: Tool, given: unknown, context: CallContext): Promise<ToolResult> => {
      try {
        const work = async (call: ToolCall) => {
          const { args, remarks } = parseArguments(tool, given, catalogue);
          const { data, ...answer } = await tool.run(args, call);
          return { ...answer, data: remarks.length > 0 ? { ...data, remarks } : data };
        };
        return formatAnswer(await run(work, context), redact);
      } catch (thrown) {
        return formatAnswer(toFailure(explain(thrown), isSandbox()), redact);
      }
    },
    /** Stops the jobs and closes the core. */
    close,
  };
}
