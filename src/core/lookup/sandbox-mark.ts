import type { Core } from '../core.js';
import { type BijiaError, toBijiaError } from '../errors.js';
import type { Result } from '../product/result.js';

/** Where everything is the sandbox's, so is every failure: also one that no upstream was asked about. */
export function markSandbox(core: Core): Core {
  return {
    ...core,
    get: markResults(core.get),
    getAll: markResults(core.getAll),
    getProduct: markThrown(core.getProduct),
    getProducts: markResults(core.getProducts),
    getShopRef: markThrown(core.getShopRef),
    getShopPage: markThrown(core.getShopPage),
    getShopProducts: markThrown(core.getShopProducts),
  };
}

function markResults<A extends unknown[]>(ask: (...args: A) => Promise<Result[]>) {
  return async (...args: A): Promise<Result[]> =>
    (await ask(...args)).map((result) => ({
      ...result,
      error: result.error && markError(result.error),
      sandbox: true,
    }));
}

function markThrown<A extends unknown[], T>(ask: (...args: A) => Promise<T>) {
  return async (...args: A): Promise<T> => {
    try {
      return await ask(...args);
    } catch (thrown) {
      throw markError(toBijiaError(thrown));
    }
  };
}

function markError(error: BijiaError): BijiaError {
  error.sandbox = true;
  return error;
}
