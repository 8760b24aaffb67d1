import { CancelledError, CredentialError } from '../errors.js';
import { abandonOnAbort } from './abort.js';

/**
 * Runs the calls of one upstream; while nothing shows that it accepts the credentials, one after the other.
 *
 * A batch begins with as many calls at once as the limiter lets past. With a wrong secret every one of them would be
 * refused, and refusals count against the quota, and towards a ban. So the first call goes alone: an answer, or any
 * failure but a refusal of the credentials, lets all others go, for good; after a refusal the next one goes alone; by
 * then the batch has seen the refusal and stopped.
 */
export function createScout() {
  let isOpen = false;
  let announce = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const open = () => {
    isOpen = true;
    announce();
  };
  let last: Promise<void> = Promise.resolve();
  return {
    /** @throws what `call` throws; CancelledError when the signal fires while waiting */
    run: async <T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> => {
      if (isOpen) return call();
      const turn = Promise.race([last, opened]);
      let leave = (): void => undefined;
      const gone = new Promise<void>((resolve) => {
        leave = resolve;
      });
      last = turn.then(() => gone);
      try {
        await abandonOnAbort(turn, signal);
        const answer = await call();
        open();
        return answer;
      } catch (error) {
        if (!(error instanceof CredentialError || error instanceof CancelledError)) open();
        throw error;
      } finally {
        leave();
      }
    },
  };
}
