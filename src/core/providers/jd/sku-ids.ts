import { type BijiaError, InputError, NotFoundError, ResponseError, UnsupportedError } from '../../errors.js';
import type { ProductId } from '../../provider.js';

/** Ids are 64-bit integers in JD's services: a larger one would make a call fail for all ids sent with it. */
const LARGEST_ID = 2n ** 63n - 1n;

/** What is wrong with an id that should be a SKU's; undefined when it may be sent. */
export function findSkuFault({ id, idType }: ProductId): BijiaError | undefined {
  if (idType !== undefined) return createItemIdError();
  if (!/^[1-9]\d{0,19}$/.test(id)) {
    return new InputError(`${id.slice(0, 40)} is not a JD product id. Use one such as 100012043978.`);
  }
  return BigInt(id) > LARGEST_ID ? new NotFoundError(`${id} is too long to be a JD product id.`) : undefined;
}

function createItemIdError(): UnsupportedError {
  return new UnsupportedError(
    'This link carries a JD affiliate id, which this interface cannot look up. Paste the product page instead, such as https://item.jd.com/100012043978.html',
    { code: 'item_id_unsupported' },
  );
}

/** For an id that is missing from an answer with rows that were not asked for: it may be one of them. */
export function createOtherProductError(id: string): ResponseError {
  return new ResponseError(
    `JD was asked for ${id} and answered about other products. Its answer was not used; retrying will not help.`,
    { code: 'other_product' },
  );
}

/** Parts of at most `size` ids. */
export function chunkIds(ids: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, at) =>
    ids.slice(at * size, (at + 1) * size),
  );
}
