import type { BijiaError, Outcome } from '../errors.js';
import type { Detail, Product } from './product.js';
import { dropUndefined, formatProduct, type ProductJson } from './product-json.js';

/** What became of one input, inside. */
export interface Result {
  readonly input: string;
  readonly outcome: Outcome;
  readonly platform?: string;
  readonly id?: string;
  readonly product?: Product;
  readonly error?: BijiaError;
  readonly sandbox?: boolean;
}

/** A failure in JSON; `retry_after_s` is in seconds. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retry_after_s?: number;
}

/** A result in JSON, the same from every command and tool. */
export interface ResultJson {
  readonly input: string;
  readonly outcome: Outcome;
  readonly platform?: string;
  readonly id?: string;
  readonly product?: ProductJson;
  readonly error?: ErrorJson;
  readonly sandbox?: true;
}

/** A failure in its JSON form. */
export function formatError({ code, message, retryable, retryAfterMs }: BijiaError): ErrorJson {
  return {
    code,
    message,
    retryable,
    ...(retryAfterMs !== undefined && { retry_after_s: Math.ceil(retryAfterMs / 1000) }),
  };
}

/**
 * A result in its JSON form.
 * @param detail anything but `full` leaves out SKUs, attributes and further images
 */
export function formatResult(result: Result, detail: Detail = 'full'): ResultJson {
  return dropUndefined({
    input: result.input,
    outcome: result.outcome,
    platform: result.platform,
    id: result.id,
    product: result.product && formatProduct(result.product, detail),
    error: result.error && formatError(result.error),
    sandbox: result.sandbox || undefined,
  }) as ResultJson;
}
