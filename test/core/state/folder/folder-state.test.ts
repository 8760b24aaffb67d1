import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { createClock } from '../../../../src/core/clock.js';
import { createFolderStore } from '../../../../src/core/state/folder/permit-folder.js';
import { openState } from '../../../../src/core/state/open-state.js';
import type { State } from '../../../../src/core/state/state.js';
import { createFakeClock } from '../../../helpers/fake-clock.js';
import { defineBotStateCases } from '../../../helpers/state/bot-state-cases.js';
import { definePaidCallsCases } from '../../../helpers/state/paid-calls-cases.js';
import {
  definePermitStoreCases,
  PERMIT_CASES_LIMIT,
  PERMIT_CASES_TIMEOUT_MS,
} from '../../../helpers/state/permit-store-cases.js';
import { defineTokenStoreCases } from '../../../helpers/state/token-store-cases.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): State =>
  openState(undefined, {
    ...{ stateDir: folder, callTimeoutMs: 100, batchFirst: false, answerTtlMs: 60_000 },
    ...{ clock: createClock(), random: Math.random },
  });

describe('the permits of the state folder', () => {
  const clock = createFakeClock();
  let pid = 0;
  definePermitStoreCases(() => {
    pid += 1;
    const options = { limit: PERMIT_CASES_LIMIT, callTimeoutMs: PERMIT_CASES_TIMEOUT_MS };
    return createFolderStore({ ...options, folder: join(folder, 'group'), clock, pid });
  });
});

describe('the tokens of the state folder', () => defineTokenStoreCases(() => open().tokens));

describe('the paid calls of the state folder', () => {
  definePaidCallsCases((provider, ceiling) =>
    open().createPaidCalls(provider, { ceiling, env: 'ACME_DAILY_CALLS' }),
  );
});

describe('what a bot keeps in the state folder', () => {
  defineBotStateCases((bot) =>
    open().openBot(`telegram/${bot}`, (error) => {
      throw error;
    }),
  );
});
