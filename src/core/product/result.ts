import type { BijiaError, Outcome, Receipt } from '../errors.js';
import type { Detail, Product } from './product.js';
import { dropUndefined, formatProduct } from './product-json.js';
import type { ProductJson } from './product-schema.js';

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
  /** The upstream's own id of the call, for its support. */
  readonly trace?: string;
}

/** A result in JSON, the same from every command and tool. */
export interface ResultJson {
  readonly input: string;
  readonly outcome: Outcome;
  readonly platform?: string;
  readonly id?: string;
  readonly product?: ProductJson;
  readonly error?: ErrorJson;
  /** Whether the call was billed, where the upstream says so; absent for a cached answer. */
  readonly billed?: boolean;
  /** The upstream's own id of the call that brought the product; a failure has it in `error`. */
  readonly trace?: string;
  /** The upstream's own answer, where it was asked for. */
  readonly raw?: unknown;
  readonly sandbox?: true;
}

/** What the upstream said about the call behind a result. A cached answer was billed when it was fetched, if at all. */
export function getReceipt({ product, error }: Pick<Result, 'product' | 'error'>): Receipt {
  const { billed, trace } = product?.receipt ?? error?.receipt ?? {};
  return { billed: product?.cached ? undefined : billed, trace };
}

/** How many calls behind results were billed; results of one call count once. */
export function countBilled(results: readonly Pick<Result, 'product' | 'error'>[]): number {
  const billed = results.filter((result) => getReceipt(result).billed);
  return new Set(billed.map(({ product, error }) => product?.receipt ?? error?.receipt)).size;
}

/** A failure in its JSON form. */
export function formatError({ code, message, retryable, retryAfterMs, receipt }: BijiaError): ErrorJson {
  return {
    code,
    message,
    retryable,
    ...(retryAfterMs !== undefined && { retry_after_s: Math.ceil(retryAfterMs / 1000) }),
    ...(receipt?.trace !== undefined && { trace: receipt.trace }),
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
    billed: getReceipt(result).billed,
    trace: result.product && getReceipt(result).trace,
    raw: result.product?.raw,
    sandbox: result.sandbox || undefined,
  }) as ResultJson;
}
