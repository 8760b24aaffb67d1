import { NotFoundError, UnsupportedError } from '../../errors.js';

const PASTE =
  'Paste the text that the Taobao app copies when the product is shared (口令, or a link such as https://e.tb.cn/h.7qFeOVKt2sKIyvf), or an id of two halves, A-B';

export function createNumericIdError(detail?: string): UnsupportedError {
  return new UnsupportedError(
    `Taobao's alliance no longer takes numeric ids such as the one in this link. ${PASTE}.`,
    { code: 'numeric_id_unsupported', detail },
  );
}

export function createMissingError(id: string, detail?: string): NotFoundError {
  return new NotFoundError(
    `Taobao's alliance left ${id.slice(0, 60)} out of its answer: it does not exist, or it is not promoted.`,
    { code: 'not_returned', detail },
  );
}

export function createNoProductError(detail?: string): NotFoundError {
  return new NotFoundError(
    'This share text or link leads to no product, or it has expired. Share the product again and paste the new text.',
    { code: 'text_without_product', detail },
  );
}
