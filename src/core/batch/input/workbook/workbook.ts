import type { Archive } from './archive.js';
import { createDateFormats, type IsDateFormat } from './values.js';
import { findAttribute, readXml } from './xml.js';

export interface SheetFacts {
  readonly name: string;
  readonly isHidden: boolean;
  /** The part of the archive that holds it. */
  readonly path: string;
}

export interface Workbook {
  readonly sheets: readonly SheetFacts[];
  readonly sharedStrings: readonly string[];
  readonly isDateFormat: IsDateFormat;
  /** Days are counted from 1904, as old Macintoshes did. */
  readonly is1904: boolean;
}

const WORKBOOK = 'xl/workbook.xml';

/** @returns undefined for an archive that is something else */
export async function readWorkbook(archive: Archive): Promise<Workbook | undefined> {
  const path = await getWorkbookPath(archive);
  const part = await archive.findText(path);
  if (!part) return undefined;
  const folder = path.replace(/[^/]*$/, '');
  const targets = await readRelations(archive, path);
  const sheets: SheetFacts[] = [];
  let is1904 = false;
  await readXml(part, {
    open: (name, attributes) => {
      if (name === 'workbookPr') is1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      const target = name === 'sheet' ? targets.get(findAttribute(attributes, 'id') ?? '') : undefined;
      if (target === undefined) return;
      const isHidden = /hidden/i.test(attributes['state'] ?? '');
      sheets.push({ name: attributes['name'] ?? '', isHidden, path: resolvePart(folder, target) });
    },
  });
  return {
    // A chart is a sheet too, without cells.
    sheets: sheets.filter((sheet) => /worksheets?\//i.test(sheet.path)),
    sharedStrings: await readSharedStrings(archive, folder),
    isDateFormat: await readFormats(archive, folder),
    is1904,
  };
}

async function getWorkbookPath(archive: Archive): Promise<string> {
  let path: string | undefined;
  await readXml(await archive.findText('_rels/.rels'), {
    open: (_, { Type = '', Target = '' }) => {
      if (Type.endsWith('/officeDocument')) path = Target.replace(/^\//, '');
    },
  });
  return path ?? WORKBOOK;
}

/** Targets by id, of a part's relations. */
export async function readRelations(archive: Archive, path: string): Promise<Map<string, string>> {
  const relations = new Map<string, string>();
  const place = path.replace(/([^/]*)$/, '_rels/$1.rels');
  await readXml(await archive.findText(place), {
    open: (name, { Id = '', Target = '' }) => {
      if (name === 'Relationship') relations.set(Id, Target);
    },
  });
  return relations;
}

function resolvePart(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  return new URL(target, `file:///${folder}`).pathname.slice(1);
}

async function readSharedStrings(archive: Archive, folder: string): Promise<string[]> {
  const strings: string[] = [];
  let pieces: string[] = [];
  let isText = false;
  let isPhonetic = false;
  await readXml(await archive.findText(`${folder}sharedStrings.xml`), {
    open: (name) => {
      if (name === 'si') pieces = [];
      if (name === 'rPh') isPhonetic = true;
      isText = name === 't' && !isPhonetic;
    },
    text: (text) => {
      if (isText) pieces.push(text);
    },
    close: (name) => {
      if (name === 't') isText = false;
      if (name === 'rPh') isPhonetic = false;
      if (name === 'si') strings.push(pieces.join(''));
    },
  });
  return strings;
}

async function readFormats(archive: Archive, folder: string): Promise<IsDateFormat> {
  const codes = new Map<string, string>();
  const formats: string[] = [];
  let isCellFormats = false;
  await readXml(await archive.findText(`${folder}styles.xml`), {
    open: (name, { numFmtId = '', formatCode = '' }) => {
      if (name === 'numFmt') codes.set(numFmtId, formatCode);
      if (name === 'cellXfs') isCellFormats = true;
      if (name === 'xf' && isCellFormats) formats.push(numFmtId);
    },
    close: (name) => {
      if (name === 'cellXfs') isCellFormats = false;
    },
  });
  return createDateFormats(formats, codes);
}
