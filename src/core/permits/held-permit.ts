/** One permit as every process sees it. Times are microseconds of the machine's monotonic clock. */
export interface HeldPermit {
  /** Counts from 0 without gaps: the order in which permits were taken. */
  readonly number: number;
  readonly acquiredUs: number;
  readonly kind: PermitKind;
  /** The process that took it: a number of its own among all that share the store. */
  readonly pid: number;
  /** How long that process wants it kept after the answer. */
  readonly holdUs: number;
  readonly answeredUs?: number;
  /** Given back unused, or left by an earlier boot: it counts no more. */
  readonly void?: boolean;
}

/** `i` for interactive, `b` and a number for a batch of the process, `j` and a name for one that several processes work on. */
export type PermitKind = 'i' | `b${number}` | `j${string}`;

/** Whether it is the same batch in whatever process. */
export const isShared = (kind: PermitKind | 'b'): boolean => kind.startsWith('j');
