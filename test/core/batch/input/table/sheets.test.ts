import { expect, it } from 'vitest';
import { createInputReport } from '../../../../../src/core/batch/input/report.js';
import { chooseSheet, type SheetSample } from '../../../../../src/core/batch/input/table/sheets.js';
import { RULES } from '../../../../helpers/batch/reading.js';

const list = (name: string, isHidden = false): SheetSample => ({
  name,
  isHidden,
  rows: [
    { line: 1, cells: ['链接'] },
    { line: 2, cells: ['https://red.test/1'] },
  ],
});
const choose = (...sheets: SheetSample[]) =>
  chooseSheet(sheets, undefined, { rules: RULES, report: createInputReport() });

it('takes a hidden sheet where no other holds anything, and else leaves it', () => {
  expect(choose(list('old', true), { name: 'empty', rows: [] })).toBe(0);
  expect(choose(list('old', true), list('new'))).toBe(1);
});
