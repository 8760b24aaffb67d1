import { NotFoundError, ResponseError, UnsupportedError } from '../../errors.js';
import type { ErrorRow, ProviderErrorWords } from '../../provider.js';
import { JD_ERROR_WORDS } from '../jd/error-words.js';
import type { JdAdvice } from '../jd/gateway-errors.js';
import { createGuideErrorRows } from '../jd/guide/errors.js';
import { createJosErrorRows } from '../jd/jos/errors.js';

export const LOGIN_ADVICE = 'Run "bijia login jd-open" to have the shop authorise the application again.';

const ADVICE: JdAdvice = {
  console: 'open.jd.com',
  keyEnv: 'JD_OPEN_APP_KEY',
  secretEnv: 'JD_OPEN_APP_SECRET',
  signEnv: 'JD_OPEN_SIGN',
  dialectEnv: 'JD_OPEN_DIALECT',
  token: LOGIN_ADVICE,
};

/** Both dialects. */
export const ERROR_ROWS: readonly ErrorRow[] = [
  ...createGuideErrorRows(ADVICE),
  ...createJosErrorRows(ADVICE),
];

/** The Open Platform shows a merchant's own goods only. */
export function createForeignError(skuId: string): NotFoundError {
  return new NotFoundError(
    `The shop that authorised this application has no product ${skuId}. The Open Platform shows the goods of that shop only.`,
    { code: 'not_own_goods' },
  );
}

/** For a shop that is not the one that authorised the application. */
export function createForeignShopError(own: {
  readonly id?: string;
  readonly name?: string;
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

export const ERROR_WORDS: ProviderErrorWords = {
  ...JD_ERROR_WORDS,
  not_own_goods: {
    en: "This isn't one of our shop's products. Only those can be looked up.",
    zh: '这不是本店的商品，这里只能查本店商品。',
  },
  not_own_shop: {
    en: "This isn't our own shop. Only its products can be listed.",
    zh: '这不是本店，这里只能列出本店商品。',
  },
  own_shop_unknown: {
    en: "JD doesn't say which shop is ours, so its products can't be listed.",
    zh: '京东没有说明哪家是本店，暂时列不出商品。',
  },
};
