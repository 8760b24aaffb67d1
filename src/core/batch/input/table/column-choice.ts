import { InputError } from '../../../errors.js';
import type { CellKind } from './cell-kind.js';
import { type Column, describeColumn, isBeside } from './column.js';

/** Where a table keeps its products. */
export interface ColumnChoice {
  /** By preference: the first rank in which a row names a product counts, with all its columns. */
  readonly ranks: readonly (readonly Column[])[];
  readonly platformColumn?: Column;
  /** What could be taken for products too, and why it was not. */
  readonly passedOver: readonly { readonly column: Column; readonly why: string }[];
  /** Other columns that a person may mean. */
  readonly others: readonly Column[];
}

/** Another way to read a list: what to choose for it. */
export interface InputChoice {
  readonly columns?: readonly string[];
  readonly sheet?: string;
}

/** More than one reading is as likely as the others, and each would be paid for: somebody has to say which. */
export class AmbiguousInputError extends InputError {
  readonly choices: readonly InputChoice[];

  constructor(message: string, choices: readonly InputChoice[]) {
    super(message, { code: 'ambiguous_columns' });
    this.choices = choices;
  }
}

/**
 * Chooses by what the cells are, and by the headers where that is not enough: links to products before ids of a
 * marketplace, these before numbers under a header that says product ID, these before bare numbers. Row numbers, own
 * codes, bar codes, pictures, shops, and ids of variants beside ids of products are none.
 * @param platform the marketplace that was asked for
 * @throws InputError when nothing fits, or several do alike
 */
export function chooseColumns(columns: readonly Column[], platform: string | undefined): ColumnChoice {
  const platformColumn = columns.find(({ header }) => header.role === 'platform');
  const links = chooseLinks(columns);
  const { ranks: ids, passedOver, others } = chooseIds(columns, platform, platformColumn !== undefined);
  const notes = columns.filter(
    (column) => column.header.role === 'note' && isMostly(column, 'product', 'short'),
  );
  const ranks = [links, ...ids].filter((rank) => rank.length > 0);
  if (ranks.length === 0) ranks.push(...(notes.length > 0 ? [notes] : [chooseByContent(columns, platform)]));
  return {
    ranks,
    platformColumn,
    passedOver: [...passedOver, ...listUnusedLinks(columns, ranks.flat())],
    others: links.length > 0 ? [] : others,
  };
}

const share = ({ kinds, filled }: Column, ...wanted: readonly CellKind[]) =>
  filled === 0 ? 0 : wanted.reduce((sum, kind) => sum + kinds[kind], 0) / filled;

const isMostly = (column: Column, ...wanted: readonly CellKind[]) => share(column, ...wanted) >= 0.5;

function chooseLinks(columns: readonly Column[]): Column[] {
  const linked = columns.filter(
    (column) => column.header.role !== 'note' && isMostly(column, 'product', 'short'),
  );
  const products = linked.filter(({ kinds }) => kinds.product >= kinds.short);
  const covered = new Set(products.flatMap(({ platforms }) => [...platforms]));
  // A short link beside the product's own is the same product, with a commission.
  const shorts = linked.filter(
    (column) => !products.includes(column) && ![...column.platforms].some((one) => covered.has(one)),
  );
  const chosen = [...products, ...shorts];
  if (chosen.length === 0) return columns.filter(isUnknownLink);
  // One column for each marketplace: one that is still empty may be filled further down.
  const empty = columns.filter(
    ({ header: { role, platform }, filled }) => role === 'link' && platform !== undefined && filled === 0,
  );
  return columns.filter((column) => chosen.includes(column) || empty.includes(column));
}

/** Its header says link, and it is full of links elsewhere: each row learns that its site is not supported. */
const isUnknownLink = (column: Column) =>
  column.header.role === 'link' && isMostly(column, 'link', 'page', 'shop') && !isMostly(column, 'picture');

interface IdChoice {
  readonly ranks: readonly (readonly Column[])[];
  readonly passedOver: readonly { readonly column: Column; readonly why: string }[];
  readonly others: readonly Column[];
}

function chooseIds(columns: readonly Column[], platform: string | undefined, isNamed: boolean): IdChoice {
  const owned = columns.filter(({ header }) => header.role === 'marketplaceId');
  const generic = columns.filter(({ header }) => header.role === 'productId');
  const fitting = owned.filter(({ header }) => platform === undefined || header.platform === platform);
  // In rows of its own it names the products of its own marketplace.
  const products = [...generic, ...owned.filter((one) => !one.isVariant)].filter(isIds);
  const isVariant = (column: Column) => column.isVariant && products.some((one) => isBeside(one, column));
  // Where the marketplace's product id is the variant's, the column of its name is meant.
  const mine = fitting.filter((column) => isIds(column) && (platform !== undefined || !isVariant(column)));
  const plain = mine.length > 0 && platform !== undefined ? [] : generic.filter(isIds);
  const weak = columns.filter(({ header }) => header.role === 'weakId');
  const weakIds = weak.filter((column) => isIds(column) && !(column.isSequence && columns.length > 1));
  const exact = isNamed ? [plain.slice(0, 1), mine] : [mine, plain.slice(0, 1)];
  const texts = columns.filter(({ header, kinds }) => header.role === 'text' && kinds.id > 0);
  const passedOver = [
    ...owned.filter((one) => !mine.includes(one)).map((column) => ({ column, why: explainOwned(column) })),
    ...weak.filter((one) => !weakIds.includes(one)).map((column) => ({ column, why: 'row numbers' })),
    ...columns
      .filter(({ header, filled }) => filled > 0 && NOT_PRODUCTS.some((role) => role === header.role))
      .map((column) => ({ column, why: column.header.role === 'rowNumber' ? 'row numbers' : 'own codes' })),
  ];
  const variants = owned.filter((one) => !mine.includes(one) && one.isVariant && isIds(one));
  return {
    ranks: [...exact, ...(exact.flat().length > 0 ? [] : [weakIds.slice(0, 1)]), texts],
    passedOver,
    others: platform === undefined ? [...plain.slice(1), ...variants] : plain.slice(1),
  };
}

const NOT_PRODUCTS = ['rowNumber', 'ownCode'] as const;

const isIds = (column: Column) => isMostly(column, 'id');

const explainOwned = (column: Column) =>
  isIds(column) ? (column.isVariant ? 'IDs of variants' : 'IDs of another marketplace') : 'no product IDs';

/** Roles whose numbers are never ids. */
const EXCLUDED = [
  'ownCode',
  'rowNumber',
  'picture',
  'shop',
  'note',
  'other',
  'platform',
  'variantId',
  'weakId',
];

/** Under headers that nobody knows, or without any: the one column of numbers that can be ids. */
function chooseByContent(columns: readonly Column[], platform: string | undefined): Column[] {
  const fitting = columns.filter(
    (column) =>
      isIds(column) && !EXCLUDED.includes(column.header.role ?? '') && !isOwnedElsewhere(column, platform),
  );
  const [only, ...others] = fitting;
  if (only && others.length === 0) return [only];
  if (!only) throw createNoColumnError(columns);
  const names = fitting.map(describeColumn);
  throw new AmbiguousInputError(
    `Columns ${names.join(' and ')} could both be product IDs. Choose with --column ${names.map((_, at) => fitting[at]?.number).join(' or --column ')}.`,
    fitting.map(({ number }) => ({ columns: [String(number)] })),
  );
}

/** @param platform the marketplace that was asked for */
const isOwnedElsewhere = ({ header, isVariant }: Column, platform: string | undefined) =>
  header.role === 'marketplaceId' && isVariant && platform !== undefined && header.platform !== platform;

function createNoColumnError(columns: readonly Column[]): InputError {
  const seen = columns
    .filter(({ filled }) => filled > 0)
    .slice(0, 8)
    .map((column) => `${describeColumn(column)} ${explain(column)}`);
  return new InputError(
    `No column with product links or IDs was found: ${seen.join('; ')}. Choose one with --column, or name it 商品链接, url, sku or goods_id.`,
    { code: 'no_column' },
  );
}

function explain({ header: { role }, kinds, examples, isSequence, isVariant }: Column): string {
  const example = examples[0] === undefined ? '' : `, e.g. "${examples[0].slice(0, 30)}"`;
  if (role === 'ownCode' || kinds.barcode > 0) return `(own codes${example})`;
  if (role === 'rowNumber' || (role === 'weakId' && (isSequence || kinds.number > 0))) {
    return `(row numbers${example})`;
  }
  if (isVariant) return `(variants${example})`;
  if (kinds.shop > 0) return `(shops${example})`;
  if (kinds.picture > 0) return `(pictures${example})`;
  return `(${example.replace(/^, /, '') || 'empty'})`;
}

function listUnusedLinks(columns: readonly Column[], chosen: readonly Column[]) {
  const why = (column: Column) => {
    if (isMostly(column, 'picture')) return 'pictures';
    if (isMostly(column, 'shop')) return 'shops';
    if (isMostly(column, 'product', 'short')) {
      return column.header.role === 'note' ? 'notes' : 'short links of the same products';
    }
    return isMostly(column, 'link', 'page') ? 'links to no product' : undefined;
  };
  return columns.flatMap((column) => {
    const reason = chosen.includes(column) ? undefined : why(column);
    return reason === undefined ? [] : [{ column, why: reason }];
  });
}
