import type { Product } from '../core/index.js';

/** Who calls, and what is for their eyes. */
export interface Caller {
  /** Owns the jobs that it begins, and sees no others. */
  readonly owner: string;
  /** Whether this is the user of the machine whose credentials are used. */
  readonly isLocal: boolean;
  /** The product without what this caller may not see. */
  readonly clear: (product: Product) => Product;
}

/** The user at whose machine the server runs. */
export const LOCAL_CALLER: Caller = { owner: 'local', isLocal: true, clear: (product) => product };
