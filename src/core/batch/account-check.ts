import { type BijiaError, ConfigError, ResponseError } from '../errors.js';
import type { Reply } from './work.js';

/** Faulty calls of a source in a row after which the fault may not be in the ids. */
const MAX_IN_ROW = 3;

export interface Verdict {
  /** What counts now, with what was in doubt before this call. */
  readonly believed: readonly Reply[];
  /** Why to stop, if so. */
  readonly fault?: BijiaError;
}

/** Leave to make one call. */
interface Admission {
  /** Whether it is to find out if the account works, so that no other call of the source is made at the same time. */
  readonly isProbe: boolean;
  /** Whether an id near the last ones would prove little. */
  readonly isDistant: boolean;
  /** The call is over, or was not made. */
  readonly end: () => void;
}

/**
 * Finds out whether it is the account or the id that an upstream refuses: many have one code for both. Until a source
 * has answered for one product, its calls are made one after the other, so that a wrong secret costs one call. A
 * refusal is held back until another id proves the account, and is that id's own then. After three refusals in a row
 * single calls are made for ids from elsewhere; when three of those are refused as well, the run stops, and the refused
 * ids stay open: a resumed run asks for them again. Answers of no use and faults of this program are treated alike, since
 * an interface may have changed, or the ids may be odd.
 *
 * Example: the first id of a list is wrong. It is refused and held back; the next call asks for an id that was answered
 * in an earlier run, or one from the middle. It is answered: the first id is `invalid`, and 32 calls go out at once.
 */
export type AccountCheck = ReturnType<typeof createAccountCheck>;

interface Account {
  /** `unknown`: nothing was answered yet. `doubted`: refusals in a row. */
  state: 'unknown' | 'doubted' | 'open';
  inRow: number;
  refusedProbes: number;
  doubtful: Reply[];
  probing: Promise<void> | undefined;
}

export function createAccountCheck() {
  const accounts = new Map<string, Account>();
  const getAccount = (source: string): Account => {
    const fresh = { state: 'unknown' as const, inRow: 0, refusedProbes: 0, doubtful: [], probing: undefined };
    const account = accounts.get(source) ?? fresh;
    accounts.set(source, account);
    return account;
  };
  return {
    admit: async (source: string): Promise<Admission> => {
      const account = getAccount(source);
      while (account.state !== 'open' && account.probing) await account.probing;
      if (account.state === 'open') return { isProbe: false, isDistant: false, end: () => undefined };
      const { promise, resolve } = createSignal();
      account.probing = promise;
      const end = () => {
        account.probing = undefined;
        resolve();
      };
      return { isProbe: true, isDistant: account.inRow > 0, end };
    },
    /** @param wasSent whether the upstream was asked: what is said without it proves nothing about the account */
    judge: (
      source: string,
      replies: readonly Reply[],
      facts: { readonly wasSent: boolean; readonly isProbe: boolean },
    ) => judge(getAccount(source), source, replies, facts),
    /** What is to be thought of the refusals that are still in doubt when nothing is left to ask for. */
    conclude: () => {
      const all = [...accounts].map(([source, account]) => ({ source, ...account }));
      const isDoubted = ({ inRow }: Account) => inRow >= MAX_IN_ROW;
      const worst = all.find((account) => isDoubted(account) && account.doubtful.length > 0);
      const fault = worst?.doubtful.at(-1)?.error;
      return {
        believed: all.filter((account) => !isDoubted(account)).flatMap(({ doubtful }) => doubtful),
        doubtful: all.filter(isDoubted).flatMap(({ doubtful }) => doubtful),
        fault: worst && fault && toCause(worst.source, fault),
      };
    },
  };
}

function judge(
  account: Account,
  source: string,
  replies: readonly Reply[],
  { wasSent, isProbe }: { readonly wasSent: boolean; readonly isProbe: boolean },
): Verdict {
  const isFaulty = (reply: Reply) => reply.error instanceof ResponseError || (wasSent && isRefusal(reply));
  if (!replies.every(isFaulty)) {
    if (wasSent && replies.some(isProof)) return prove(account, replies);
    // A failure of the upstream says nothing against the account.
    if (wasSent && account.state === 'unknown') account.state = 'open';
    return { believed: replies };
  }
  account.inRow += 1;
  account.doubtful.push(...replies);
  const fault = replies[0]?.error;
  return { believed: [], fault: doubt(account, isProbe) && fault ? toCause(source, fault) : undefined };
}

function prove(account: Account, replies: readonly Reply[]): Verdict {
  const believed = [...account.doubtful.splice(0), ...replies];
  Object.assign(account, { state: 'open', inRow: 0, refusedProbes: 0 });
  return { believed };
}

/** @returns whether the doubt is certainty now */
function doubt(account: Account, isProbe: boolean): boolean {
  if (isProbe) account.refusedProbes += 1;
  if (account.state === 'open' && account.inRow >= MAX_IN_ROW) account.state = 'doubted';
  return account.refusedProbes >= MAX_IN_ROW;
}

const isRefusal = ({ outcome }: Reply) => outcome === 'invalid';
const isProof = ({ outcome }: Reply) => outcome === 'ok' || outcome === 'not_found';

function toCause(source: string, fault: BijiaError): BijiaError {
  if (fault.outcome !== 'invalid') return fault;
  const cause = new ConfigError(
    `${source} refused ${MAX_IN_ROW} calls in a row for their parameters, though the ids look right. Check its credentials and the clock, then resume the job. It last said: ${fault.message}`,
    { code: 'refused_in_a_row', detail: fault.detail ?? fault.message },
  );
  cause.receipt = fault.receipt;
  return cause;
}

function createSignal() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
