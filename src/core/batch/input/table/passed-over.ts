import { InputError } from '../../../errors.js';
import type { PassReason } from '../../../words/input-reading.js';
import { type Column, describeColumn, isIds, isMostly } from './column.js';

export interface PassedOver {
  readonly column: Column;
  readonly why: PassReason;
}

/** Columns of numbers that are not read. */
export function listUnusedIds(columns: readonly Column[], chosen: readonly Column[]): PassedOver[] {
  return columns.flatMap((column) => {
    const why = chosen.includes(column) ? undefined : explainIds(column);
    return why === undefined ? [] : [{ column, why }];
  });
}

function explainIds(column: Column): PassReason | undefined {
  const { header, isVariant, filled, numbers } = column;
  if (header.role === 'weakId') return numbers === 'barcodes' ? 'bar codes' : 'row numbers';
  if (header.role === 'rowNumber') return filled > 0 ? 'row numbers' : undefined;
  if (header.role === 'ownCode') return filled > 0 ? 'own codes' : undefined;
  if (header.role !== 'marketplaceId') return undefined;
  if (!isIds(column)) return 'no product IDs';
  return isVariant ? 'IDs of variants' : 'IDs of another marketplace';
}

/** For a table without products: says what is in its columns instead. */
export function createNoColumnError(columns: readonly Column[]): InputError {
  const seen = columns
    .filter(({ filled }) => filled > 0)
    .slice(0, 8)
    .map((column) => `${describeColumn(column)} ${explain(column)}`);
  return new InputError(
    `No column with product links or IDs was found: ${seen.join('; ')}. Choose one with --column, or name it 商品链接, url, sku or goods_id.`,
    { code: 'no_column' },
  );
}

function explain(column: Column): string {
  const { header, kinds, examples, numbers, isVariant } = column;
  const { role } = header;
  const example = examples[0] === undefined ? '' : `, e.g. "${examples[0].slice(0, 30)}"`;
  if (role === 'ownCode' || kinds.barcode > 0 || numbers === 'barcodes') return `(own codes${example})`;
  if (role === 'rowNumber' || numbers === 'rowNumbers' || (role === 'weakId' && kinds.number > 0)) {
    return `(row numbers${example})`;
  }
  if (numbers === 'dates') return `(dates${example})`;
  if (numbers === 'telephones') return `(telephone numbers${example})`;
  if (isVariant && isIds(column)) return `(variants${example})`;
  if (kinds.shop > 0) return `(shops${example})`;
  if (kinds.picture > 0) return `(pictures${example})`;
  return `(${example.replace(/^, /, '') || 'empty'})`;
}

/** Columns of links that are not read. */
export function listUnusedLinks(columns: readonly Column[], chosen: readonly Column[]): PassedOver[] {
  return columns.flatMap((column) => {
    const why = chosen.includes(column) ? undefined : explainLinks(column);
    return why === undefined ? [] : [{ column, why }];
  });
}

function explainLinks(column: Column): PassReason | undefined {
  if (isMostly(column, 'picture')) return 'pictures';
  if (isMostly(column, 'shop')) return 'shops';
  if (isMostly(column, 'product', 'short')) {
    return column.header.role === 'note' ? 'notes' : 'short links of the same products';
  }
  return isMostly(column, 'link', 'page') ? 'links to no product' : undefined;
}
