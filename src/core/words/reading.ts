import type { InputReading, PassReason, ReadColumn, SkipReason } from './input-reading.js';

/** Makes a stranger's text fit to be shown, and cuts it. */
type Show = (text: string, max: number) => string;

/** How a list was read, for the person who gave it: the first sentence says where its products stand. */
export type DescribeReading = (reading: InputReading, show: Show) => string[];

const MAX_NAME = 30;
const MAX_CELL = 60;
const MAX_ROW = 40;

const listExamples = (columns: readonly ReadColumn[], show: Show) =>
  columns
    .flatMap(({ examples }) => examples)
    .slice(0, 2)
    .map((text) => show(text, MAX_CELL));

const ZH_SKIPPED: Record<SkipReason, string> = {
  title: '标题',
  header: '表头',
  'header again': '重复的表头',
  total: '合计',
  footer: '表尾',
  example: '示例',
  rule: '分隔线',
};

const ZH_PASSED: Record<PassReason, string> = {
  'row numbers': '序号',
  'bar codes': '条码',
  'own codes': '商家编码',
  'IDs of variants': '规格编号',
  'IDs of another marketplace': '其他平台的商品编号',
  'no product IDs': '不是商品编号',
  pictures: '图片',
  shops: '店铺',
  notes: '备注',
  'short links of the same products': '同一商品的短链接',
  'links to no product': '不是商品链接',
};

export const describeReadingInEnglish: DescribeReading = (reading, show) => {
  const { sheet, headerLine, columns, skipped, passedOver, hiddenRows, otherSheets, platform } = reading;
  const nameOf = ({ name, number }: ReadColumn) =>
    name === '' ? `column ${number}` : `"${show(name, MAX_NAME)}"`;
  const names = columns.map(nameOf).join(', ');
  const plural = columns.length > 1 ? 's' : '';
  const [first] = skipped.examples;
  const rows = skipped.count === 1 ? '1 row' : `${skipped.count} rows`;
  return [
    [
      `Reading ${sheet === undefined ? 'the table' : `sheet "${show(sheet, MAX_NAME)}"`}: `,
      headerLine === undefined ? 'no header, ' : `header in row ${headerLine}, `,
      `${columns[0]?.name === '' ? '' : `column${plural} `}${names}.`,
      first ? ` Skipped ${rows}, e.g. row ${first.line} "${show(first.text, MAX_ROW)}" (${first.why}).` : '',
    ].join(''),
    prefix('e.g. ', listExamples(columns, show), ' | '),
    prefix(
      'Not read: ',
      passedOver.map((column) => `${nameOf(column)} (${column.why})`),
    ),
    platform === undefined ? '' : `Bare IDs are taken for ${platform}: a title says so.`,
    prefix(
      'Other sheets, not read: ',
      otherSheets.map((name) => `"${show(name, MAX_NAME)}"`),
    ),
    hiddenRows > 0 ? `${hiddenRows} hidden row${hiddenRows > 1 ? 's are' : ' is'} read too.` : '',
  ].filter(Boolean);
};

export const describeReadingInChinese: DescribeReading = (reading, show) => {
  const { sheet, headerLine, columns, skipped, passedOver, hiddenRows, otherSheets, platform } = reading;
  const nameOf = ({ name, number }: ReadColumn) =>
    name === '' ? `第 ${number} 列` : `「${show(name, MAX_NAME)}」列`;
  const [first] = skipped.examples;
  return [
    [
      sheet === undefined ? '读取表格：' : `读取工作表「${show(sheet, MAX_NAME)}」：`,
      headerLine === undefined ? '没有表头，' : `表头在第 ${headerLine} 行，`,
      `取${columns.map(nameOf).join('、')}。`,
      first
        ? `跳过 ${skipped.count} 行，如第 ${first.line} 行“${show(first.text, MAX_ROW)}”（${ZH_SKIPPED[first.why]}）。`
        : '',
    ].join(''),
    prefix('例如：', listExamples(columns, show), ' | '),
    prefix(
      '没有读取：',
      passedOver.map((column) => `${nameOf(column)}（${ZH_PASSED[column.why]}）`),
      '、',
      '。',
    ),
    platform === undefined ? '' : `标题提到平台，没有注明平台的编号按 ${platform} 查询。`,
    prefix(
      '没有读取的工作表：',
      otherSheets.map((name) => `「${show(name, MAX_NAME)}」`),
      '、',
      '。',
    ),
    hiddenRows > 0 ? `隐藏的 ${hiddenRows} 行也读取了。` : '',
  ].filter(Boolean);
};

function prefix(
  words: string,
  parts: readonly string[],
  joint = ', ',
  end = joint === ', ' ? '.' : '',
): string {
  return parts.length === 0 ? '' : `${words}${parts.join(joint)}${end}`;
}
