import { findShownPrice, type Sku, toYuan } from '../../core/index.js';

type Cell = string | number | boolean;
type Cells = Readonly<Record<string, Cell | undefined>>;

/** SKUs in few tokens: names once, and what all share once. */
export interface SkuTable {
  readonly columns: readonly string[];
  /** In the order of the columns; an empty text where nothing is known. */
  readonly rows: readonly (readonly Cell[])[];
  /** Values that hold for every row. */
  readonly same?: Readonly<Record<string, Cell>>;
}

/** What a row says itself, equal to others or not. */
const KEPT_IN_ROWS: ReadonlySet<string> = new Set(['id', 'name', 'price']);

/**
 * The SKUs as rows. Pictures and spec ids stay out: the resource of the product has them. Attributes stay out where the
 * name says them.
 */
export function toSkuTable(skus: readonly Sku[]): SkuTable {
  const all = skus.map(toCells);
  const names = [...new Set(all.flatMap((cells) => Object.keys(cells)))].filter((name) =>
    all.some((cells) => cells[name] !== undefined),
  );
  const [first = {}] = all;
  const isShared = (name: string) =>
    all.length > 1 && !KEPT_IN_ROWS.has(name) && all.every((cells) => cells[name] === first[name]);
  const columns = names.filter((name) => !isShared(name));
  const same = names.filter(isShared).flatMap((name) => {
    const value = first[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    columns,
    rows: all.map((cells) => columns.map((name) => cells[name] ?? '')),
    ...(same.length > 0 && { same: Object.fromEntries(same) }),
  };
}

function toCells(sku: Sku): Cells {
  const { id, name, prices, stock, presale, coupon } = sku;
  const shown = findShownPrice(prices);
  const others = prices.filter((price) => price !== shown && price.amountFen !== shown?.amountFen);
  return {
    id,
    name,
    price: shown && toYuan(shown.amountFen),
    price_kind: shown?.kind,
    price_assumed: shown?.isAssumed || undefined,
    ...Object.fromEntries(others.map(({ kind, amountFen }) => [`${kind}_price`, toYuan(amountFen)])),
    stock: stock?.status,
    stock_quantity: stock?.quantity,
    stock_at_least: stock?.atLeast || undefined,
    attributes: formatAttributes(sku),
    presale: presale && [presale.until, presale.tip].filter(Boolean).join(' '),
    coupon,
  };
}

/** Undefined where the name holds all of them. */
function formatAttributes({ name, attributes }: Sku): string | undefined {
  if (attributes.every(({ value }) => name.includes(value))) return undefined;
  return attributes.map((one) => `${one.name}: ${one.value}`).join('; ');
}

/** Those whose name or attributes hold every word of a text such as `黑色 256`. */
export function filterSkus(skus: readonly Sku[], variant: string): readonly Sku[] {
  const words = fold(variant)
    .split(/[\s,，、;；/]+/)
    .filter((word) => word !== '');
  return skus.filter(({ name, attributes }) => {
    const text = fold([name, ...attributes.map(({ value }) => value)].join(' '));
    return words.every((word) => text.includes(word));
  });
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();
