import { NotFoundError, ResponseError, UnsupportedError } from '../../errors.js';

const PASTE =
  'Paste the text that the Taobao app copies when the product is shared (口令, or a link such as https://e.tb.cn/h.7qFeOVKt2sKIyvf), or an id of two halves, A-B';

/** For a number out of an old link. */
export function createNumericIdError(detail?: string): UnsupportedError {
  return new UnsupportedError(
    `Taobao's alliance no longer takes numeric ids such as the one in this link. ${PASTE}.`,
    { code: 'numeric_id_unsupported', detail },
  );
}

/** For an id that an answer leaves out. */
export function createMissingError(id: string, detail?: string): NotFoundError {
  return new NotFoundError(
    `Taobao's alliance left ${id.slice(0, 60)} out of its answer: it does not exist, or it is not promoted.`,
    { code: 'not_returned', detail },
  );
}

/** For an id that is missing from an answer with rows that were not asked for: it may be one of them. */
export function createOtherProductError(id: string): ResponseError {
  return new ResponseError(
    `Taobao was asked for ${id.slice(0, 60)} and answered about other products. Its answer was not used; retrying will not help.`,
    { code: 'other_product' },
  );
}

/** For a text that leads to no product. */
export function createNoProductError(detail?: string): NotFoundError {
  return new NotFoundError(
    'This share text or link leads to no product, or it has expired. Share the product again and paste the new text.',
    { code: 'text_without_product', detail },
  );
}
