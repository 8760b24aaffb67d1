import type { NewChunk } from '../../state/job-rows.js';
import { packNow } from './packing.js';

/** The pages of a shop, one after the other: the next process begins after the last page that is known. */
export const createShopChunk = (): NewChunk => ({ number: 0, type: 0, calls: PAGES, body: packNow({}) });

/** Only a page tells whether another follows: what a bound of calls sets aside. */
const PAGES = 100;
