/** What the processes of one chat bot share, whichever engine keeps it. */
export interface BotState {
  readonly openDocument: <T>(options: DocumentOptions<T>) => SharedDocument<T>;
  readonly usage: UsageStore;
  /** Where several machines handle the updates; absent where all of them come to one process. */
  readonly fleet?: BotFleet;
  /** Resolves when everything is kept that was said so far. */
  readonly flush: () => Promise<void>;
}

/** An update as it came in. */
export interface KeptUpdate {
  readonly id: number;
  /** Updates of one chat are handled one after the other, in the order of their ids. */
  readonly chat: number;
  /** JSON. */
  readonly payload: string;
}

/**
 * The machines of one bot. Each chat is one machine's for as long as that lives, so that what it knows of the chat, such
 * as an offer that waits for a press, is there for the chat's next update, wherever that comes in.
 */
export interface BotFleet {
  /** This process, as others know it. */
  readonly member: number;
  /** Whether a process has left, or has not been heard of for long enough to be dead. @throws StateError */
  readonly isGone: (member: number) => Promise<boolean>;
  /**
   * Keeps an update, before it is confirmed; one that came before changes nothing.
   * @returns whether the chat is this process's; else the one whose it is hears of it
   * @throws StateError: it may be kept or not
   */
  readonly keep: (update: KeptUpdate) => Promise<boolean>;
  /**
   * Begins the next update of a chat of this process, once: should the process die now, nobody begins it again.
   * @param done the one before, which has been handled
   * @returns undefined when none waits, or the chat has become another's
   * @throws StateError: called again, it gives what it would have given
   */
  readonly begin: (chat: number, done?: number) => Promise<KeptUpdate | undefined>;
  /** Says that an update has been handled, where no other is begun. Never rejects. */
  readonly finish: (id: number) => Promise<void>;
  /**
   * Joins the machines of the bot, until it leaves.
   * @param source how updates come in, the same on all machines
   * @throws ConfigError where other machines get them in another way; StateError
   */
  readonly join: (source: string, events: FleetEvents) => Promise<Membership>;
}

export interface FleetEvents {
  /** An update waits in a chat of this process. */
  readonly onChat: (chat: number) => void;
  /** Whether this process sends something. */
  readonly isBusy: () => boolean;
  /** Called several times a second. */
  readonly onBeat: (beat: FleetBeat) => void;
}

export interface FleetBeat {
  /** Other machines that send something; absent while nobody can tell. */
  readonly others?: number;
  /** Whether this one sees to what only one may do, such as polling. */
  readonly leads: boolean;
}

export interface Membership {
  /** Whether the others have heard of this process lately. */
  readonly isAlive: () => boolean;
  /** What is this process's is free for the others at once. Never rejects. */
  readonly leave: () => Promise<void>;
}

/** Receives what could not be kept, or was found broken. */
export type OnStateError = (error: unknown) => void;

export interface DocumentOptions<T> {
  readonly name: string;
  /** Checks what is kept. @throws for anything else */
  readonly parse: (json: unknown) => T;
  /** Where nothing is kept. */
  readonly initial: T;
}

/** A small value, read and replaced as a whole. */
export interface SharedDocument<T> {
  /** As it is now, whichever process changed it. @throws StateError */
  readonly read: () => Promise<T>;
  /**
   * Takes effect at once, for all processes.
   * @param edit is called again where another process was faster; the value it got means that nothing changes
   * @throws StateError
   */
  readonly change: (edit: (value: T) => T) => Promise<void>;
}

/** Calls of one day, in GMT+8. */
export interface DayUse {
  readonly made: number;
  /** Set aside by all processes, and not made yet. */
  readonly reserved: number;
}

/** Upstream calls that people cause, by the day. */
export interface UsageStore {
  /** @throws StateError */
  readonly read: (user: number) => Promise<DayUse>;
  /** The calls of all users today. @throws StateError */
  readonly total: () => Promise<number>;
  /**
   * Sets calls aside before they are made: as many of those wanted as leave what is made and set aside within `most`.
   * @throws StateError
   */
  readonly reserve: (user: number, wanted: number, most: number) => Promise<Reservation>;
}

export interface Reservation {
  /** How many were set aside. */
  readonly calls: number;
  /** Calls were made: one, unless told; more than were set aside are counted too. Never throws. */
  readonly spend: (calls?: number) => void;
  /** What was not needed is free again. Resolves when that is kept, and never rejects. */
  readonly release: () => Promise<void>;
}
