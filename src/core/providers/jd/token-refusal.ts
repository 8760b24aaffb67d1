import type { HttpAnswer } from '../../provider.js';

/** HTTP statuses with which a refusal of credentials may come, besides 200. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403]);

/** Whether an answer without a token may be a refusal; any other status says more than the missing token does. */
export const mayRefuse = ({ status }: HttpAnswer) => status < 300 || REFUSALS.has(status);
