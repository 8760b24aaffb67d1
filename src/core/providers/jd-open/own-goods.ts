import { NotFoundError, ResponseError, UnsupportedError } from '../../errors.js';

/** The Open Platform shows a merchant's own goods only. */
export function createForeignError(skuId: string): NotFoundError {
  return new NotFoundError(
    `The shop that authorised this application has no product ${skuId}. The Open Platform shows the goods of that shop only.`,
    { code: 'not_own_goods' },
  );
}

export function createForeignShopError(own: {
  id?: string | undefined;
  name?: string | undefined;
}): UnsupportedError {
  return new UnsupportedError(
    `The Open Platform lists only the shop that authorised this application: ${own.name ?? ''} (${own.id}).`,
    { code: 'not_own_shop' },
  );
}

/** Without its id, another shop's link would be answered with these goods. */
export function createUnknownShopError(): ResponseError {
  return new ResponseError(
    'JD does not say which shop authorised this application, so its goods cannot be told from those of the shop asked for. Report it with the log.',
    { code: 'own_shop_unknown' },
  );
}
