import type { ProductFacts } from '../../product/product.js';
import type { CallOptions } from '../../provider.js';

type RawParts = Readonly<Record<string, unknown>>;

/**
 * Keeps what one call answered about one product (its own row where the answer covers many) under the call's name.
 * @param options where they do not ask for it, nothing is kept
 */
export function addRawPart(
  facts: ProductFacts,
  call: string,
  part: unknown,
  { raw }: Pick<CallOptions, 'raw'>,
): ProductFacts {
  if (!raw || part === undefined) return facts;
  return { ...facts, raw: { ...(facts.raw as RawParts | undefined), [call]: part } };
}

/** Unwraps the answer of a single call, so that it has the same form as one about a single product. */
export function joinRawParts(facts: ProductFacts): ProductFacts {
  const parts = Object.values((facts.raw as RawParts | undefined) ?? {});
  return parts.length === 1 ? { ...facts, raw: parts[0] } : facts;
}
