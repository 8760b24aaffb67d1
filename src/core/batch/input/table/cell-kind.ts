import { GROUPED, isBarcode, parseBareIds, ROUNDED } from '../../../links/bare-ids.js';
import { createRefReader } from '../../../links/ref-reader.js';
import type { Marketplace } from '../../../marketplace.js';

/** What a cell is, whatever stands above it. */
export type CellKind =
  | 'empty'
  /** A link to a product, or a short link to what is probably one. */
  | 'product'
  | 'short'
  | 'shop'
  /** Another page of a known marketplace. */
  | 'page'
  | 'picture'
  /** A link to anywhere else. */
  | 'link'
  /** What could be a bare id: digits enough, or a marketplace's opaque kind. */
  | 'id'
  | 'barcode'
  | 'number'
  | 'text';

export interface Cell {
  readonly kind: CellKind;
  /** Marketplaces of its links. */
  readonly platforms: readonly string[];
}

const BLANK =
  /^(?:[-–—_/\\.。…×*?？]+|无|暂无|没有|空|待定|待补|缺|null|none|nil|n\/?a|nan|undefined|#n\/a|tbd)$/i;

/** Whether a cell says that there is nothing: empty, a dash, 无. */
export const isBlank = (text: string): boolean => text === '' || BLANK.test(text);

const MAY_BE_LINK = /[./:：]/;
const LINK = /https?:\/\/|^\/\/|^www\.|^[a-z][a-z\d+.-]+:\/\//i;
const PICTURE = /\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:[?!#@._]|$)/i;

/** Tells what cells are, by what the marketplaces know. */
export function createCellReader(marketplaces: readonly Marketplace[]): (text: string) => Cell {
  const readRefs = createRefReader(marketplaces);
  return (text) => {
    if (isBlank(text)) return { kind: 'empty', platforms: [] };
    const refs = MAY_BE_LINK.test(text) ? readRefs(text) : [];
    const kinds = refs.map(({ kind }) => kind);
    const kind = (['product', 'short', 'shop'] as const).find((one) => kinds.includes(one));
    if (kind) return { kind, platforms: refs.map(({ platform }) => platform) };
    if (PICTURE.test(text) && LINK.test(text)) return { kind: 'picture', platforms: [] };
    if (refs.length > 0) return { kind: 'page', platforms: [] };
    return { kind: LINK.test(text) ? 'link' : readWords(text, marketplaces), platforms: [] };
  };
}

function readWords(text: string, marketplaces: readonly Marketplace[]): CellKind {
  if (isBarcode(text)) return 'barcode';
  if (ROUNDED.test(text) || GROUPED.test(text)) return 'id';
  if (
    /^[¥￥$]?[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)%?$/.test(text) &&
    !/^\d{6,}(?:\.0+)?$/.test(text)
  )
    return 'number';
  return parseBareIds(text, marketplaces).length > 0 ? 'id' : 'text';
}
