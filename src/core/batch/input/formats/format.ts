import { InputError } from '../../../errors.js';
import { chooseDelimiter, findDeclaration } from '../../../text/csv.js';
import { findHeader } from '../table/header.js';
import { cleanRow, type TableRules } from '../table/row.js';

/** What a text is written in. */
export type TextFormat = 'txt' | 'csv' | 'jsonl' | 'json' | 'html';

const ACCEPTED = 'Save the list as .xlsx, .csv or .txt and give that.';

/** Files that are not text, by their first bytes. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['d0cf11e0', 'an old .xls (BIFF) or a protected workbook'],
  ['25504446', 'a PDF'],
  ['89504e47', 'a picture'],
  ['ffd8ff', 'a picture'],
  ['47494638', 'a picture'],
  ['52494646', 'a picture or sound'],
  ['1f8b', 'compressed (gzip)'],
  ['52617221', 'an archive (rar)'],
  ['377abcaf', 'an archive (7z)'],
  ['53514c69', 'a database (SQLite)'],
];

const WORKBOOK = '504b0304';

/** @throws InputError for a file that is known by its first bytes to be something other than a list */
export function assertReadable(head: Uint8Array): void {
  const known = SIGNATURES.find(([bytes]) => toHex(head).startsWith(bytes));
  if (known) throw createFormatError(known[1]);
}

/** Whether a file is a workbook, by its first bytes. */
export const isWorkbook = (head: Uint8Array): boolean => toHex(head) === WORKBOOK;

const toHex = (head: Uint8Array) => Buffer.from(head.subarray(0, 4)).toString('hex');

function createFormatError(name: string): InputError {
  return new InputError(`The file is ${name}. ${ACCEPTED}`, { code: 'wrong_file_kind', facts: { name } });
}

/** Texts that are not lists, by how they begin. */
const MARKUP: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:<\?xml[^>]*>\s*)?(?:<\?mso-application[^>]*>\s*)?<(?:\w+:)?Workbook\b/i,
    'an XML spreadsheet (Excel 2003)',
  ],
  [/^(?:<\?xml[^>]*>\s*)?<office:document/i, 'a flat OpenDocument file (.fods)'],
  [/^(?:From:|MIME-Version:|Message-ID:)[\s\S]*?multipart\/related/i, 'a web archive (.mht)'],
  [/^\{\\rtf/i, 'an RTF document'],
  [/^ID;P/, 'a SYLK file (.slk)'],
  [/^TABLE\r?\n0,1/, 'a DIF file'],
  [/^%!PS/, 'a PostScript document'],
];
const HTML =
  /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|meta|body|table|style|div|font|center|tr|thead|tbody)\b/i;
const XML = /^<(?:\?xml|[a-z][\w.:-]*[\s>/])/i;

const EXTENSIONS: Readonly<Record<string, TextFormat>> = {
  ...{ csv: 'csv', tsv: 'csv', tab: 'csv', jsonl: 'jsonl', ndjson: 'jsonl', json: 'json' },
  ...{ html: 'html', htm: 'html', xhtml: 'html' },
};

/**
 * By the content where it is markup or JSON, else by the file's extension; of a plain text by whether it is a table, as
 * spreadsheets save tables as txt.
 * @param start the beginning of the text
 * @throws InputError for a format that is not read, with its name
 */
export function getTextFormat(name: string, start: string, rules: TableRules): TextFormat {
  const text = start.trimStart();
  assertReadableMarkup(text);
  if (isHtml(text)) return 'html';
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const byName = EXTENSIONS[extension];
  if (byName === 'jsonl' && /^\[\s*(?:[{["\d]|$)/.test(text) && !isJson(firstLine(text))) return 'json';
  if (byName && !(byName === 'csv' && isTableless(text))) return byName;
  if (findDeclaration(start)) return 'csv';
  return findJsonFormat(text) ?? (isTable(text, rules) ? 'csv' : 'txt');
}

/** @throws InputError for markup that is not a page, with its name */
function assertReadableMarkup(text: string): void {
  const markup = MARKUP.find(([pattern]) => pattern.test(text));
  if (markup) throw createFormatError(markup[1]);
  if (!isHtml(text) && XML.test(text) && /^<\?xml/i.test(text)) throw createFormatError('an XML document');
}

function isHtml(text: string): boolean {
  return HTML.test(text) || (XML.test(text) && /<table\b/i.test(text));
}

function findJsonFormat(text: string): TextFormat | undefined {
  if (/^[{"]/.test(text) && isJson(firstLine(text))) return 'jsonl';
  return /^\[\s*[{["\d]/.test(text) || /^\{\s*"/.test(text) ? 'json' : undefined;
}

/** JSON under the name of a table. */
const isTableless = (text: string) => /^(?:\[\s*\{|\{\s*")/.test(text);

const firstLine = (text: string) => text.split(/[\r\n]/, 1)[0] ?? '';

/** Lines that are looked at. */
const MAX_LINES = 20;

/** A header of several columns, or columns divided by tabs all the way. */
function isTable(text: string, rules: TableRules): boolean {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  // The last line may be cut.
  const whole = lines.slice(0, Math.min(MAX_LINES, Math.max(1, lines.length - 1)));
  const delimiter = chooseDelimiter(text);
  const rows = whole.map((line, at) => ({
    line: at + 1,
    cells: line.split(delimiter).map((cell) => cell.replaceAll('"', '')),
  }));
  if (delimiter === '\t') {
    const tabbed = rows.filter(({ cells }) => cells.length > 1);
    if (tabbed.length * 2 > rows.length && rows.length > 1) return true;
  }
  const header = findHeader(rows.map(cleanRow), rules);
  return header !== undefined && (rows[header.at]?.cells.length ?? 0) > 1;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
