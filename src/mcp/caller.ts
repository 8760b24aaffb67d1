/** Who calls, and what is theirs. */
export interface Caller {
  /** Owns the jobs and watches that it begins, and sees no others. */
  readonly owner: string;
  /** Whether this is the user of the machine whose credentials are used, who may see what belongs to nobody else. */
  readonly isLocal: boolean;
  /** The most calls under way at once; those beyond are refused, so that memory stays bounded. */
  readonly maxCalls: number;
}

/** The user at whose machine the server runs: far more calls than an assistant makes at once. */
export const LOCAL_CALLER: Caller = { owner: 'local', isLocal: true, maxCalls: 500 };

/** Somebody of a team, who came over HTTP. */
export const createHttpCaller = (name: string): Caller => ({
  owner: `http:${name}`,
  isLocal: false,
  maxCalls: 16,
});
