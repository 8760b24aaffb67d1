import type { CallOptions } from '../../../provider.js';
import { createSkusCall, type Merchant } from './calls.js';
import type { SkuRow } from './schema.js';

/** More variants than any product page holds. */
const MAX_VARIANT_PAGES = 10;

/** The first SKU of each ware: what its product page goes by. */
export async function getFirstSkus(
  merchant: Merchant,
  wareIds: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const first = new Map<string, string>();
  for await (const { wareId, skuId } of readVariants(merchant, wareIds, options)) {
    if (wareId !== undefined && skuId !== undefined && !first.has(wareId)) first.set(wareId, skuId);
    if (first.size >= wareIds.length) break;
  }
  return first;
}

/** All variants of up to 20 wares, by ware. */
export async function getVariants(
  merchant: Merchant,
  wareIds: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, readonly SkuRow[]>> {
  const variants = new Map<string, SkuRow[]>();
  for await (const row of readVariants(merchant, wareIds, options)) {
    // When only one ware was asked for, a row may leave out which ware it belongs to.
    const wareId = row.wareId ?? (wareIds.length === 1 ? wareIds[0] : undefined);
    if (wareId !== undefined) variants.set(wareId, [...(variants.get(wareId) ?? []), row]);
  }
  return variants;
}

/** Page by page, each variant once. A page too far may be empty, or be the last one again. */
async function* readVariants(
  { gateway, send }: Merchant,
  wareIds: readonly string[],
  options: CallOptions,
): AsyncGenerator<SkuRow> {
  const seen = new Set<string>();
  let received = 0;
  for (let page = 1; page <= MAX_VARIANT_PAGES * wareIds.length; page += 1) {
    const { rows, total = Infinity } = await send(createSkusCall(gateway, { wareIds }, page), options);
    const before = seen.size;
    for (const row of rows) {
      const key = `${row.wareId} ${row.skuId}`;
      if (row.skuId === undefined || seen.has(key)) continue;
      seen.add(key);
      yield row;
    }
    received += rows.length;
    if (seen.size === before || received >= total) return;
  }
}
