import type { BijiaError } from '../errors.js';
import type { LookOrigin } from './history/watch-store.js';

/** A part of a job. It only says where: what is open of it stands in the job's rows. */
export interface ChunkTask {
  readonly job: string;
  readonly run: number;
  /** Number of the chunk, from 0. */
  readonly chunk: number;
}

/** A chunk that nobody works on, to be queued. */
export interface QueuedChunk extends ChunkTask {
  /** Another number once a process has died over the chunk: its task may still count as worked on. */
  readonly turn: number;
}

/** A look at what is due of what is watched. Only where: what is due stands in rows. */
export interface SweepTask {
  readonly sweep: LookOrigin;
}

export type Task = ChunkTask | SweepTask;
export type QueuedTask = QueuedChunk | SweepTask;

/**
 * An alarm clock for the machines of a fleet: who is free takes the next task, and takes it again when the process that
 * had it is gone. What is to be done, and what was done, stands elsewhere: a task may come twice, or be lost.
 */
export interface TaskQueue {
  /**
   * Checks that the queue is there, and connects.
   * @throws ConfigError for what only a person can change, StateError
   */
  readonly open: () => Promise<void>;
  /**
   * A task that waits or is worked on is nothing new; one that has ended is queued again.
   * @throws ConfigError, StateError
   */
  readonly add: (tasks: readonly QueuedTask[]) => Promise<void>;
  /** Takes tasks until the queue is closed; at most once for each queue. A database that is away is waited for. */
  readonly work: (options: WorkOptions) => void;
  /** No more tasks; those under way are told by their signal, and waited for within bounds. */
  readonly close: () => Promise<void>;
}

export interface WorkOptions {
  /** Does what is open of a task. When the signal fires it begins nothing more and ends what is under way. */
  readonly handle: (task: Task, signal: AbortSignal) => Promise<void>;
  /** Tasks at once. */
  readonly atOnce: number;
  /** Called when no task can be taken, once for each reason, and when a task has failed. */
  readonly onFault: (error: BijiaError) => void;
  /** Called when tasks can be taken again. */
  readonly onRecovery: () => void;
}
