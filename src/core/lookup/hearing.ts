import type { Receipt } from '../errors.js';
import type { HeardAnswer } from '../provider.js';

/** What was heard besides the facts while one question was answered, by one call or by several. */
export function createHearing() {
  const heard: HeardAnswer[] = [];
  return {
    onAnswer: (one: HeardAnswer) => void heard.push(one),
    /** One answer as it is; several, for an upstream that takes several calls for one product, by the call's name. */
    joinRaw: (): unknown => {
      const told = heard.filter(({ raw }) => raw !== undefined);
      return told.length > 1 ? Object.fromEntries(told.map(({ call, raw }) => [call, raw])) : told[0]?.raw;
    },
    /** The last id is the one to ask the upstream's support about; a call that was billed on the way counts. */
    joinReceipts: (): Receipt | undefined => {
      const bills = heard.flatMap(({ billed }) => billed ?? []);
      const trace = heard.findLast((one) => one.trace !== undefined)?.trace;
      if (bills.length === 0) return trace === undefined ? undefined : { trace };
      return { billed: bills.includes(true), trace };
    },
  };
}
