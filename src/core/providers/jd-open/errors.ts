import type { ErrorRow } from '../../provider.js';
import type { JdAdvice } from '../jd/gateway-errors.js';
import { createGuideErrorRows } from '../jd/guide-errors.js';
import { createJosErrorRows } from '../jd/jos-errors.js';

export const LOGIN_ADVICE = 'Run "bijia login jd-open" to have the shop authorise the application again.';

const ADVICE: JdAdvice = {
  keyEnv: 'JD_OPEN_APP_KEY',
  secretEnv: 'JD_OPEN_APP_SECRET',
  signEnv: 'JD_OPEN_SIGN',
  dialectEnv: 'JD_OPEN_DIALECT',
  token: LOGIN_ADVICE,
};

/** Both dialects. */
export const ERROR_ROWS: readonly ErrorRow[] = [
  ...createGuideErrorRows(ADVICE),
  ...createJosErrorRows(ADVICE),
];
