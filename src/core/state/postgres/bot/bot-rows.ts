import type { BotState } from '../../bot-state.js';
import { createDocumentRow } from './document-rows.js';
import { createFleetRows, type FleetRowsOptions } from './fleet-rows.js';
import { createUsageRows, type UsageRowsOptions } from './usage-rows.js';

/** What the machines of one bot share, as rows. */
export function openBotRows(options: UsageRowsOptions & FleetRowsOptions): BotState {
  const usage = createUsageRows(options);
  return {
    usage: usage.store,
    fleet: createFleetRows(options),
    openDocument: (document) => createDocumentRow({ ...options, ...document }),
    flush: usage.flush,
  };
}
