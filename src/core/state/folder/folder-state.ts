import { join } from 'node:path';
import { openHistoryStore } from '../history/open-history-store.js';
import { createPaidCalls } from '../paid-calls.js';
import { createProcesses } from '../process-identity.js';
import type { State, StateOptions } from '../state.js';
import { createTokenFolder } from '../token-store.js';
import { createFolderPermits } from './permit-folder.js';

/** The state of one machine, in a folder: no server, no lock, exact even when processes are killed. */
export function openFolderState({ stateDir, callTimeoutMs, batchFirst, clock }: StateOptions): State {
  return {
    createPermits: (group, limit) =>
      createFolderPermits({
        folder: join(stateDir, 'permits', group),
        limit,
        callTimeoutMs,
        batchFirst,
        clock,
      }),
    tokens: createTokenFolder({
      folder: join(stateDir, 'tokens'),
      stoppedMs: 2 * callTimeoutMs,
      processes: createProcesses(),
      clock,
    }),
    createPaidCalls: (group, daily) =>
      createPaidCalls({ ...daily, folder: join(stateDir, 'calls', group), now: clock.now }),
    openHistory: ({ folder }, options) => openHistoryStore(folder, options),
    openBot: async (name, onError) => {
      const { openBotFolder } = await import('./bot/bot-folder.js');
      return openBotFolder(join(stateDir, name), clock.now, onError);
    },
    close: async () => undefined,
  };
}
