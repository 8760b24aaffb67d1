import { ResponseError } from '../../errors.js';
import { createOtherIdNote, parseShownUrl } from '../../product/normalizer.js';
import type { CallOptions, Connection, OpenedText, ProductId, Toolbox } from '../../provider.js';
import { say } from '../../words/doctor.js';
import { getStableId, toProductId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import { createNoProductError, createNumericIdError } from '../taobao/refusals.js';
import { createDetailsCall, createLinkCall, createParseCall } from './calls.js';
import { normalizeGoods } from './normalize.js';
import type { Goods } from './schema.js';
import type { DataokeValues } from './settings.js';

/** Works on the operator's own Taobao authorisation, so that rights of the alliance are not needed. */
export function connectDataoke({ settings, send, now }: Toolbox<DataokeValues>): Connection {
  const getByNumber = async (asked: ProductId, options: CallOptions) => {
    const goods = await send(createParseCall(settings, taobao.productUrl(asked.id) ?? ''), options);
    const facts = normalizeGoods(goods, asked, now());
    // A number that stays one is not to be asked about again.
    if (facts.idType === undefined && facts.prices.length === 0) throw createNumericIdError();
    if (facts.id === asked.id) return facts;
    return { ...facts, notes: [...(facts.notes ?? []), createOtherIdNote(asked.id, facts.id, taobao)] };
  };

  const getProduct: Connection['getProduct'] = async (asked, _detail, options) => {
    if (asked.idType === undefined) return getByNumber(asked, options);
    return normalizeGoods(await send(createDetailsCall(settings, asked.id), options), asked, now());
  };

  return {
    getProduct,
    isSameProduct: (asked, facts) => getStableId(asked) === getStableId(facts),
    tells: () => ['coupon', 'sale'],
    openText: async (text, options) => toOpenedText(await send(createParseCall(settings, text), options)),
    getPromotionLink: async ({ id }, options) => {
      const { shortUrl, couponClickUrl, itemUrl } = await send(createLinkCall(settings, id), options);
      const urls = [shortUrl, couponClickUrl, itemUrl];
      const url = urls.flatMap((one) => parseShownUrl(one, taobao.shownHosts) ?? [])[0];
      if (url !== undefined) return { url };
      throw new ResponseError('Dataoke answered without a promotion link. Report it with the log.');
    },
    probes: [
      {
        name: say(({ probes }) => probes.sharedTexts),
        cost: 'quota',
        run: async (options) => {
          const { itemName, itemId } = await send(createParseCall(settings, SAMPLE), options);
          return say(({ openedAs }) => openedAs(itemName ?? itemId ?? ''));
        },
      },
    ],
  };
}

const SAMPLE = taobao.productUrl(taobao.ids[0]?.example ?? '') ?? '';

/** How the service names marketplaces; only the first was seen, the others are guesses. */
const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/^(?:taobao|tmall|tb|淘宝|天猫)$/i, 'taobao'],
  [/^(?:jd|jingdong|京东)$/i, 'jd'],
  [/^(?:pdd|pinduoduo|拼多多)$/i, 'pdd'],
];

/** How ids that are not numbers are called there. */
const OPAQUE_IDS: Readonly<Record<string, string>> = { taobao: 'item_id', jd: 'item_id', pdd: 'goods_sign' };

function toOpenedText({ platType = '', itemId, goodsId, itemName: title }: Goods): OpenedText {
  const platform = PLATFORMS.find(([pattern]) => pattern.test(platType))?.[1];
  const id = itemId ?? goodsId;
  const isKnown = id !== undefined && (platform !== taobao.id || toProductId(id) !== undefined);
  if (!platform || !isKnown) throw createNoProductError(`${platType}: ${id}`);
  return { platform, id, title, ...(/\D/.test(id) && { idType: OPAQUE_IDS[platform] }) };
}
