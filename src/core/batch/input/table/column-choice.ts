import { InputError } from '../../../errors.js';
import type { InputChoice } from '../../../words/input-reading.js';
import { type Column, countCells, describeColumn, isBeside, isIds, isMostly } from './column.js';
import type { HeaderRole } from './column-headers.js';
import { createNoColumnError, listUnusedIds, listUnusedLinks, type PassedOver } from './passed-over.js';

/** Where a table keeps its products. */
export interface ColumnChoice {
  /** By preference: the first rank in which a row names a product counts, with all its columns. */
  readonly ranks: readonly (readonly Column[])[];
  readonly platformColumn?: Column;
  /** What could be taken for products too, and why it was not. */
  readonly passedOver: readonly PassedOver[];
  /** Other columns that a person may mean. */
  readonly others: readonly Column[];
}

export const toChoice = (
  { number, name, examples }: Pick<Column, 'number' | 'name' | 'examples'>,
  sheet?: string,
): InputChoice => ({
  columns: [String(number)],
  ...(sheet && { sheet }),
  name,
  examples,
});

/** More than one reading is as likely as the others, and each would be paid for: somebody has to say which. */
export class AmbiguousInputError extends InputError {
  readonly choices: readonly InputChoice[];

  constructor(message: string, choices: readonly InputChoice[]) {
    const columns = choices.map(({ name, columns: [number] = [] }) => (name === '' ? number : `「${name}」`));
    super(message, { code: 'ambiguous_columns', facts: { columns: columns.join('、') } });
    this.choices = choices;
  }
}

/** Whose products a table's bare ids may be. */
export interface Whose {
  /** The marketplace that was asked for. */
  readonly platform?: string;
  /** The one that a title above the table speaks of. */
  readonly mentioned?: string;
  /** The only one that anything is asked of, where there is no other. */
  readonly sole?: string;
  /** What the sheet is called. */
  readonly sheetName?: string;
}

/**
 * Chooses by what the cells are, and by the headers where that is not enough: links to products before ids of a
 * marketplace, these before numbers under a header that says product ID, these before bare numbers. Row numbers, own
 * codes, bar codes, pictures, shops, and ids of variants next to ids of products are not chosen.
 * @throws InputError when nothing fits, or several do alike
 */
export function chooseColumns(columns: readonly Column[], whose: Whose): ColumnChoice {
  const platformColumn = findPlatformColumn(columns);
  const links = chooseLinks(columns);
  if (links.length === 0 && !platformColumn) assertClear(columns, whose);
  const { ranks: ids, passedOver, others } = chooseIds(columns, whose, platformColumn !== undefined);
  const notes = columns.filter(
    (column) => column.header.role === 'note' && isMostly(column, 'product', 'short'),
  );
  const ranks = [links, ...ids].filter((rank) => rank.length > 0);
  if (ranks.length === 0) ranks.push(...(notes.length > 0 ? [notes] : chooseByContent(columns, whose)));
  return {
    ranks,
    platformColumn,
    passedOver: [...passedOver, ...listUnusedLinks(columns, ranks.flat())],
    others: links.length > 0 ? [] : others,
  };
}

/** Whatever its cells say. */
const PLATFORM = /平台|platform|marketplace/i;
const MAY_NAME: readonly (HeaderRole | undefined)[] = ['shop', 'note', 'other', undefined];

/**
 * The column that says whose products the rows are: by its header, where that cannot mean anything else or some cell
 * names a marketplace; else one in which each cell does.
 */
export function findPlatformColumn(columns: readonly Column[]): Column | undefined {
  return (
    columns.find(
      ({ header, name, named }) => header.role === 'platform' && (named.count > 0 || PLATFORM.test(name)),
    ) ??
    columns.find(
      ({ header, named, filled }) => MAY_NAME.includes(header.role) && filled > 0 && named.count === filled,
    )
  );
}

/** Under a header that says link, one product is enough: the other cells say what is wrong with them. */
const holdsProducts = (column: Column) =>
  column.header.role === 'link'
    ? countCells(column, 'product', 'short') > 0
    : column.header.role !== 'note' && isMostly(column, 'product', 'short');

function chooseLinks(columns: readonly Column[]): Column[] {
  const linked = columns.filter(holdsProducts);
  const products = linked.filter(({ kinds }) => kinds.product >= kinds.short);
  const covered = new Set(products.flatMap(({ platforms }) => [...platforms]));
  // A short link next to the product's own is the same product, with a commission.
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
  readonly passedOver: readonly PassedOver[];
  readonly others: readonly Column[];
}

/**
 * Where only one marketplace is configured, and what it calls a product the table calls a variant: nobody knows whether
 * the list is one of that marketplace.
 * @throws AmbiguousInputError
 */
function assertClear(columns: readonly Column[], { platform, mentioned, sole, sheetName }: Whose): void {
  if (platform !== undefined || mentioned !== undefined) return;
  const products = columns.filter((one) => one.header.role === 'productId' && isIds(one)).slice(0, 1);
  const variants = columns.filter(
    (one) =>
      one.header.platform === sole && one.header.role === 'marketplaceId' && one.isVariant && isIds(one),
  );
  if (variants.some((one) => products.some((product) => isBeside(product, one)))) {
    throw createAmbiguousError([...products, ...variants], sheetName);
  }
}

function chooseIds(columns: readonly Column[], { platform, mentioned }: Whose, isNamed: boolean): IdChoice {
  const owned = columns.filter(({ header }) => header.role === 'marketplaceId');
  const generic = columns.filter(({ header }) => header.role === 'productId');
  const fitting = owned.filter(({ header }) => platform === undefined || header.platform === platform);
  // In rows of its own it names the products of its own marketplace.
  const products = [...generic, ...owned.filter((one) => !one.isVariant)].filter(isIds);
  const isVariant = (column: Column) => column.isVariant && products.some((one) => isBeside(one, column));
  // Where the marketplace's product id is the variant's, the column of its name is meant.
  const isMeant = ({ header }: Column) => header.platform === (platform ?? mentioned);
  const mine = fitting.filter((column) => isIds(column) && (isMeant(column) || !isVariant(column)));
  const plain = mine.some(isMeant) ? [] : generic.filter(isIds);
  const weak = columns.filter(({ header }) => header.role === 'weakId');
  const weakIds = weak.filter((column) => isIds(column) && (columns.length === 1 || !column.numbers));
  const exact = isNamed ? [plain.slice(0, 1), mine] : [mine, plain.slice(0, 1)];
  const texts = columns.filter(({ header, kinds }) => header.role === 'text' && kinds.id > 0);
  const passedOver = listUnusedIds(columns, [...mine, ...weakIds]);
  const variants = owned.filter((one) => !mine.includes(one) && one.isVariant && isIds(one));
  const unused = generic.filter((one) => isIds(one) && one !== plain[0]);
  return {
    ranks: [...exact, ...(exact.flat().length > 0 ? [] : [weakIds.slice(0, 1)]), texts],
    passedOver,
    others: platform === undefined ? [...unused, ...variants] : unused,
  };
}

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

/** Under headers that nobody knows, or without any: the column with most links, then the one of numbers that can be ids. */
function chooseByContent(columns: readonly Column[], { platform, sheetName }: Whose): Column[][] {
  const links = columns
    .filter((column) => countCells(column, 'product', 'short') > 0)
    .sort((one, other) => countCells(other, 'product', 'short') - countCells(one, 'product', 'short'))
    .slice(0, 1);
  const fitting = columns.filter(
    (column) =>
      isIds(column) &&
      !EXCLUDED.includes(column.header.role ?? '') &&
      !isOwnedElsewhere(column, platform) &&
      !isCounted(column, columns),
  );
  if (links.length > 0) return fitting.length === 1 ? [links, fitting] : [links];
  if (fitting.length === 0) throw createNoColumnError(columns);
  if (fitting.length > 1) throw createAmbiguousError(fitting, sheetName);
  return [fitting];
}

/** Dates, bar codes, telephones and numbers of rows; the last two where nothing but their length speaks for them. */
const isCounted = ({ numbers, examples }: Column, columns: readonly Column[]) =>
  numbers !== undefined &&
  (numbers !== 'telephones' || columns.length > 1) &&
  (numbers !== 'rowNumbers' || (columns.length > 1 && (examples[0]?.length ?? 0) <= MAX_ROW_NUMBER_DIGITS));

/** As of 100001, which begins the numbers of many systems. */
const MAX_ROW_NUMBER_DIGITS = 6;

function createAmbiguousError(columns: readonly Column[], sheetName?: string): AmbiguousInputError {
  const numbers = columns.map(({ number }) => String(number));
  const names = columns.map((column) => (column.name === '' ? column.number : describeColumn(column)));
  return new AmbiguousInputError(
    `Columns ${names.join(' and ')} could both be product IDs. Choose with --column ${numbers.join(' or --column ')}.`,
    columns.map((column) => toChoice(column, sheetName)),
  );
}

/** @param platform the marketplace that was asked for */
const isOwnedElsewhere = ({ header, isVariant }: Column, platform: string | undefined) =>
  header.role === 'marketplaceId' && isVariant && platform !== undefined && header.platform !== platform;
