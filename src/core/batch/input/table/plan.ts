import { InputError } from '../../../errors.js';
import { findNearestName } from '../../../nearest-name.js';
import type { SkipReason } from '../../../words/input-reading.js';
import { isBlank } from './cell-kind.js';
import { type Column, createColumn, describeColumn } from './column.js';
import { type ColumnChoice, chooseColumns, findPlatformColumn } from './column-choice.js';
import { cleanHeader } from './column-headers.js';
import { findHeader, type TableHeader } from './header.js';
import { type CleanRow, getText, type TableRules } from './row.js';

export interface PlanOptions {
  readonly rules: TableRules;
  /** What bare ids belong to. */
  readonly platform?: string;
  /** Names or numbers of the columns to read, instead of those that look right. */
  readonly columns?: readonly string[];
  /** The names of the columns, where they do not stand in a row. */
  readonly names?: readonly string[];
  /** What the sheet is called. */
  readonly sheetName?: string;
  /** The only marketplace that anything is asked of, where there is no other. */
  readonly sole?: string;
}

/** How a table is read, from a sample of its rows. */
export interface TablePlan extends ColumnChoice {
  /** The line of its header; absent where it has none. */
  readonly headerLine?: number;
  /** All its columns. */
  readonly columns: readonly Column[];
  /** Marketplace that a title above it, or the name of its sheet, speaks of. */
  readonly mentioned?: string;
  /** Why a row asks for nothing, and is not a fault: a title, a header, a total. */
  readonly findSkipReason: (row: CleanRow) => SkipReason | undefined;
}

/** @throws InputError when no column fits, or several do alike */
export function planTable(sample: readonly CleanRow[], options: PlanOptions): TablePlan {
  const { rules, names } = options;
  const header = names ? { names, at: -1, end: -1 } : findHeader(sample, rules, options.columns);
  const rows = sample.slice((header?.end ?? -1) + 1);
  const isWide = sample.some(({ texts }) => texts.length > 1);
  const body = rows.filter((row) => !findEnding(row, isWide));
  const columns = listColumns(header, body.length > 0 ? body : rows.length > 0 ? rows : sample, options);
  const above = sample.slice(0, Math.max(0, header?.at ?? 0));
  const mentioned = findMentioned(above, options);
  const choice = options.columns
    ? chooseNamed(columns, options.columns)
    : chooseColumns(columns, { ...options, mentioned });
  const first = header ? undefined : sample.findIndex((row) => isUsable(row, choice, rules.readCell));
  const headerRow = header && sample[header.at];
  return {
    ...choice,
    ...(headerRow && { headerLine: headerRow.line }),
    columns,
    mentioned: first === undefined ? mentioned : findMentioned(sample.slice(0, Math.max(0, first)), options),
    findSkipReason: createSkipReason(sample, { header, first, choice, isWide, rules }),
  };
}

const findMentioned = (titles: readonly CleanRow[], { rules, sheetName = '' }: PlanOptions) =>
  rules.findMentioned([sheetName, ...titles.map(({ texts }) => texts.join(' '))].join(' '));

function listColumns(
  header: TableHeader | undefined,
  body: readonly CleanRow[],
  { rules }: PlanOptions,
): Column[] {
  const width = Math.max(header?.names.length ?? 0, ...body.map(({ cells }) => cells.length));
  return Array.from({ length: width }, (_, at) => {
    const name = header?.names[at] ?? '';
    // The last part of a key such as `data.item.url` says what it is.
    const facts = { at, name, header: rules.readHeader(/[^.]+\.?$/.exec(name)?.[0] ?? name) };
    return createColumn(
      facts,
      body.map((row) => getText(row, at, rules.readCell)),
      rules,
    );
  });
}

/** @throws InputError for a column that the table does not have */
function chooseNamed(columns: readonly Column[], wanted: readonly string[]): ColumnChoice {
  const chosen = wanted.map((name) => {
    const fold = (text: string) => cleanHeader(text).toLowerCase();
    const found =
      columns.find((one) => one.name === name) ??
      columns.find((one) => one.name !== '' && fold(one.name) === fold(name)) ??
      (/^\d{1,5}$/.test(name) ? columns[Number(name) - 1] : undefined);
    if (found) return found;
    const known = columns.slice(0, 20).map(describeColumn).join(', ');
    const nearest = findNearestName(name, columns.map((one) => one.name).filter(Boolean));
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    throw new InputError(`There is no column "${name.slice(0, 30)}".${hint} The table has ${known}.`, {
      code: 'no_column',
      facts: { name: name.slice(0, 30), known: columns.slice(0, 20).map(describeInZh).join('、') },
    });
  });
  return { ranks: [chosen], platformColumn: findPlatformColumn(columns), passedOver: [], others: [] };
}

/** Whether a row of a table without known headers asks for something, be it the wrong thing. */
function isUsable(row: CleanRow, { ranks }: ColumnChoice, readCell: TableRules['readCell']): boolean {
  return ranks
    .flat()
    .some(({ at }) => !['empty', 'text', 'number'].includes(readCell(getText(row, at, readCell)).kind));
}

const TOTAL = /^(?:合计|总计|小计|共计|汇总|平均|以上|total|sum\b|subtotal)|^共\s*\d+/i;
/** What is printed below a table. */
const FOOTER =
  /^(?:(?:制表|审核|打印|导出)(?:人|员|时间|日期|单位)?|备注|说明|注)\s*[:：]|^第\s*\d+\s*页|^\(?\d+ rows?\b/i;
const EXAMPLE = /^(?:示例|样例|example|sample)$|^(?:示例|样例|例如|例|example|sample)\s*[:：]/i;
/** What a template says above its table, with a link to show what is meant. */
const EXPLAINED_LINK = /(?:示例|样例|例如|例[:：]|格式|模板|填写|如[:：]|example|e\.g\.)[^\n]*:\/\//i;
const RULE = /^[\s:|+=-]*-{2,}[\s:|+=-]*$/;
/** Rows above the table that are looked at. */
const MAX_ROWS_ABOVE = 20;

interface Places extends Pick<PlanOptions, 'rules'> {
  readonly header?: TableHeader;
  /** Place of the first row that asks for something, where there is no header. */
  readonly first?: number;
  readonly choice: ColumnChoice;
  /** Whether it has several columns. */
  readonly isWide: boolean;
}

function createSkipReason(
  sample: readonly CleanRow[],
  { header, first = 0, choice, isWide, rules }: Places,
): TablePlan['findSkipReason'] {
  const reasons = new Map<number, SkipReason>();
  const titles = new Set<string>();
  const above = header ? header.at : first;
  sample.slice(0, Math.max(0, Math.min(above, MAX_ROWS_ABOVE))).forEach((row, at) => {
    if (holdsLink(row, rules.readCell) && !row.texts.some((text) => EXPLAINED_LINK.test(text))) return;
    const isHeader = !header && at === above - 1 && row.texts.filter(Boolean).length > 1;
    reasons.set(row.line, isHeader ? 'header' : 'title');
    // Printed pages repeat it.
    if (row.texts.length > 1) titles.add(row.texts.join('\t'));
  });
  if (header && header.at >= 0) {
    for (const row of sample.slice(header.at, header.end + 1)) reasons.set(row.line, 'header');
  }
  const headerTexts = header && header.at >= 0 ? sample[header.at]?.texts : undefined;
  const headerEnd = sample[header?.end ?? -1]?.line ?? 0;
  const isTitle = ({ texts }: CleanRow) => titles.size > 0 && titles.has(texts.join('\t'));
  return (row) => {
    const known = reasons.get(row.line);
    if (known !== undefined) return known;
    if (headerTexts && isSame(row.texts, headerTexts) && countFilled(row) > 1) return 'header again';
    const ending = findEnding(row, isWide);
    // A product may be called so.
    if (ending && !isUsable(row, choice, rules.readCell)) return ending;
    if (isTitle(row)) return 'title';
    if (row.line <= headerEnd + 3 && EXAMPLE.test(getFirstText(row, isWide))) return 'example';
    return isRule(row, isWide) ? 'rule' : undefined;
  };
}

const countFilled = ({ texts }: CleanRow) => texts.filter((text) => !isBlank(text)).length;

/** Whatever stands below it, such a row is not a title. */
const holdsLink = ({ texts }: CleanRow, readCell: TableRules['readCell']) =>
  texts.some((text) => ['product', 'short'].includes(readCell(text).kind));

const isRule = ({ texts }: CleanRow, isWide: boolean) =>
  isWide && texts.some(Boolean) && texts.every((text) => text === '' || RULE.test(text));

/** A sum, or what is printed below a table. */
function findEnding(row: CleanRow, isWide: boolean): 'total' | 'footer' | undefined {
  const start = getFirstText(row, isWide);
  if (TOTAL.test(start)) return 'total';
  return FOOTER.test(start) ? 'footer' : undefined;
}

/** The first cell that says something, in a table of several columns; below one stand lines without any delimiter. */
const getFirstText = ({ texts }: CleanRow, isWide: boolean) =>
  isWide ? (texts.find((text) => !isBlank(text)) ?? '') : '';

function isSame(texts: readonly string[], headers: readonly string[]): boolean {
  const length = Math.max(texts.length, headers.length);
  for (let at = 0; at < length; at += 1) if ((texts[at] ?? '') !== (headers[at] ?? '')) return false;
  return true;
}

const describeInZh = ({ name, number }: Column) => (name === '' ? `第 ${number} 列` : `“${name}”`);
