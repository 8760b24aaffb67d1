import { devNull } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHistoryStore } from '../../../../src/core/state/history/open-history-store.js';

it('names the setting to change where the state folder cannot be one', async () => {
  const opening = openHistoryStore(join(devNull, 'history'), { now: Date.now } as never);
  await expect(opening).rejects.toThrow(/cannot be written \(ENOTDIR\).*BIJIA_STATE_DIR/);
});
