/** Who calls, and what is theirs. */
export interface Caller {
  /** Owns the jobs and watches that it begins, and sees no others. */
  readonly owner: string;
  /** Whether this is the user of the machine whose credentials are used, who may see what belongs to nobody else. */
  readonly isLocal: boolean;
  /** Counts a call until the function that it returns is called. @throws ThrottledError when too many are under way */
  readonly begin?: () => () => void;
}

/** The user at whose machine the server runs. */
export const LOCAL_CALLER: Caller = { owner: 'local', isLocal: true };
