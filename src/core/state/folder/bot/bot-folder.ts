import { join } from 'node:path';
import type { BotState, OnStateError } from '../../bot-state.js';
import { createDocumentFile } from './document-file.js';
import { createUsageFile } from './usage-file.js';

/** What a bot keeps in a folder that is its process's alone. */
export function openBotFolder(folder: string, now: () => number, onError: OnStateError): BotState {
  const usage = createUsageFile(folder, now, onError);
  const flushes = [usage.flush];
  return {
    usage: usage.store,
    openDocument: ({ name, parse, initial }) => {
      const file = createDocumentFile({ path: join(folder, `${name}.json`), parse, initial, onError });
      flushes.push(file.flush);
      return {
        read: async () => file.get(),
        change: async (edit) => {
          const value = file.get();
          const next = edit(value);
          if (next !== value) file.set(next);
        },
      };
    },
    flush: async () => {
      await Promise.all(flushes.map((flush) => flush()));
    },
  };
}
