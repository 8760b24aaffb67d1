import { createDice, digits } from '../../../simulation/upstream.js';
import { findGoods } from '../../jd/sandbox/catalogue.js';
import { FLAGSHIP_ID, findFlagship } from '../../jd/sandbox/flagship.js';
import { numberSku, type SandboxGoods } from '../../jd/sandbox/generate.js';

/** The shop that authorised the simulated application. Besides its listing, it owns whatever id is asked for. */
export const MERCHANT_SHOP_ID = '1000462158';

const AREAS = ['北京', '上海', '广州', '成都', '武汉', '沈阳'];
const WARE_PREFIX = '7';

/** Undefined for unknown goods, and for those of other merchants: ids that end in 777. */
export function findOwnGoods(skuId: string): SandboxGoods | undefined {
  return skuId.endsWith('777') ? undefined : findGoods(skuId);
}

/** A ware gathers SKUs; its id is its first SKU's behind a 7. */
export function getWareId(skuId: string): string {
  return WARE_PREFIX + (findFlagship(skuId) ? FLAGSHIP_ID : skuId);
}

/** The product behind a ware's id. */
export function findWare(wareId: string): SandboxGoods | undefined {
  return wareId.startsWith(WARE_PREFIX) ? findOwnGoods(wareId.slice(WARE_PREFIX.length)) : undefined;
}

/** Only merchants see these; -1 and 0 are how the wire writes "unknown". */
export function getInsidePrices({ id, info }: SandboxGoods) {
  const dice = createDice(`inside ${id}`);
  const price = typeof info['price'] === 'number' ? info['price'] : 100;
  const part = (percent: number) => Math.round(price * percent) / 100;
  return {
    costPrice: dice.pick([part(62), part(62), part(71), String(part(55)), -1, 0]),
    memberPrice: dice.pick([part(95), part(95), part(97), String(part(92)), undefined]),
    marketPrice: part(120),
  };
}

export interface AreaStock {
  readonly area: string;
  readonly storeId: number;
  readonly stockNum: number;
}

/** The same stock for every caller, told by area or by warehouse. */
export function getAreaStock(skuId: string): readonly AreaStock[] {
  const dice = createDice(`stock ${skuId}`);
  const isSoldOut = Number(findOwnGoods(skuId)?.info['stockState'] ?? 1) === 0;
  return AREAS.slice(0, dice.whole(1, AREAS.length)).map((area, index) => ({
    area,
    storeId: index + 1,
    stockNum: isSoldOut ? 0 : dice.whole(0, 400),
  }));
}

/** The pieces of all areas together. */
export function countStock(skuId: string): number {
  return getAreaStock(skuId).reduce((sum, { stockNum }) => sum + stockNum, 0);
}

export interface OwnSku {
  readonly id: string;
  readonly ware: SandboxGoods;
  readonly specName: string;
  readonly price: unknown;
}

interface ListedSku {
  readonly specName?: unknown;
  readonly price?: unknown;
}

/** The SKUs of a ware; those of the flagship follow each other. */
export function listSkus(ware: SandboxGoods): readonly OwnSku[] {
  const listed: unknown = ware.info['skuList'];
  const rows: readonly ListedSku[] = Array.isArray(listed) ? listed.filter(Boolean) : [];
  const one = [{ specName: '', price: ware.info['price'] }];
  const isFlagship = findFlagship(ware.id) !== undefined;
  return (rows.length > 0 ? rows : one).map(({ specName, price }, index) => ({
    id: isFlagship ? String(Number(ware.id) + index) : numberSku(ware.id, index),
    ware,
    specName: typeof specName === 'string' ? specName : '',
    price,
  }));
}

/** The SKU row that belongs to an id. Ids that end in 0555 have no price of their own; their ware has one. */
export function findSku(skuId: string): OwnSku | undefined {
  const variant = findVariantOfWare(skuId);
  if (variant) return variant;
  const goods = findOwnGoods(skuId);
  const sku = goods && listSkus(goods)[0];
  return goods && sku && { ...sku, id: skuId, price: skuId.endsWith('0555') ? -1 : goods.info['price'] };
}

/** An id of twelve digits and the number of a variant behind them: it shares the ware of the product before it. */
function findVariantOfWare(skuId: string): OwnSku | undefined {
  const [, wareSku = ''] = /^(\d{12})\d\d$/.exec(skuId) ?? [];
  const ware = findOwnGoods(wareSku);
  return ware && listSkus(ware).find(({ id }) => id === skuId);
}

/** A variant's quantities add up to its own, not to the item's: in the sandbox, each has a stock of its own. */
function toItemSku(sku: unknown, goodsId: string, index: number): unknown {
  if (typeof sku !== 'object' || sku === null || Array.isArray(sku)) return sku;
  const price = 'price' in sku && typeof sku.price === 'number' ? sku.price : undefined;
  const seed = `${goodsId}${index}`;
  return {
    ...sku,
    memberPrice: price === undefined ? undefined : Math.round(price * 95) / 100,
    costPrice: price === undefined ? -1 : Math.round(price * 62) / 100,
    stockNum: countStock(seed),
    areaStock: getAreaStock(seed).map(({ area, stockNum }) => ({ area, stockNum })),
  };
}

/** `result.item` of dialect guide. Its `skuList` is written as JD Union writes it: an assumption of the provider. */
export function toItem(goods: SandboxGoods): object {
  const { id, info } = goods;
  const { costPrice, memberPrice } = getInsidePrices(goods);
  return {
    skuId: digits(id),
    title: info['title'],
    price: info['price'],
    memberPrice,
    costPrice,
    stockNum: countStock(id),
    areaStock: getAreaStock(id).map(({ area, stockNum }) => ({ area, stockNum })),
    sales: info['monthSales'],
    skuList: Array.isArray(info['skuList'])
      ? info['skuList'].map((sku, index) => toItemSku(sku, id, index))
      : info['skuList'],
  };
}
