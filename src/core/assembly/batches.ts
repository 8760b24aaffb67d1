import { existsSync } from 'node:fs';
import { type Batches, createBatches as createBatchesFrom } from '../batch/batches.js';
import { createClock } from '../clock.js';
import type { Core } from '../core.js';
import { createProcesses } from '../state/process-identity.js';

/** Lists of any length and whole shops, as jobs of the core's state directory. */
export function createBatches(core: Core): Batches {
  return createBatchesFrom({
    core,
    xlsx: { entry: getXlsxEntry() },
    processes: createProcesses(),
    clock: createClock(),
  });
}

/** The built file stands next to the bundle's entries; this code may stand there too, in a chunk, or in the sources. */
function getXlsxEntry(): URL {
  const places = ['./', '../', '../../../dist/'].map(
    (folder) => new URL(`${folder}xlsx-child.js`, import.meta.url),
  );
  return places.find((place) => existsSync(place)) ?? new URL('./xlsx-child.js', import.meta.url);
}
