import type { ProductFacts } from '../../product/product.js';
import type { CallOptions } from '../../provider.js';

type RawParts = Readonly<Record<string, unknown>>;

/**
 * Keeps what one call told about one product, its own row of an answer about many, by the call's name.
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

/** The same form as that of an answer about one product: what a single call told stands by itself. */
export function joinRawParts(facts: ProductFacts): ProductFacts {
  const parts = Object.values((facts.raw as RawParts | undefined) ?? {});
  return parts.length === 1 ? { ...facts, raw: parts[0] } : facts;
}
