/** Numbers that have digits enough for an id, and are something else. */
export type NumberKind = 'rowNumbers' | 'dates' | 'barcodes' | 'telephones';

/** Numbers with more digits are given by nobody who counts rows. */
const MAX_ROW_DIGITS = 8;
const MAX_COUNTED_DIGITS = 6;
/** How far the numbers of a database's rows lie apart on average: some rows are gone, or were filtered out. */
const MAX_GAP = 20;
const TELEPHONE = /^1[3-9]\d{9}$/;
const DATE = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
/** GTIN-8, 12, 13 and 14; 12 digits are too common among ids to be told apart by a check digit. */
const BARCODE = /^(?:\d{8}|\d{13,14})$/;

/** What the numbers of a column are by the look of all of them; undefined where they may be ids, or are few. */
export function findNumberKind(texts: readonly string[]): NumberKind | undefined {
  const numbers = texts.filter((text) => /^\d+$/.test(text));
  if (numbers.length === 0 || numbers.length < texts.length * 0.8) return undefined;
  if (numbers.every((text) => DATE.test(text))) return 'dates';
  // Ids of as many digits begin with others, too.
  if (numbers.length > 1 && numbers.every((text) => TELEPHONE.test(text))) return 'telephones';
  if (isSequence(texts) || isDense(numbers)) return 'rowNumbers';
  const isBarcodes = numbers.every((text) => BARCODE.test(text) && hasCheckDigit(text));
  // One number in ten ends with the right digit by chance.
  return isBarcodes && (numbers.length > 1 || numbers[0]?.length === 13) ? 'barcodes' : undefined;
}

function isSequence(texts: readonly string[]): boolean {
  if (texts.length < 3) return false;
  const steps = texts.slice(1).filter((text, at) => Number(text) - Number(texts[at]) === 1);
  return steps.length >= (texts.length - 1) * 0.8;
}

function isDense(numbers: readonly string[]): boolean {
  const values = [...new Set(numbers)].map(Number);
  if (values.length < 2 || numbers.some(({ length }) => length > MAX_ROW_DIGITS)) return false;
  const range = Math.max(...values) - Math.min(...values);
  if (values.length > 2) return range <= values.length * MAX_GAP;
  // Two may lie near each other by chance; short ones in a row are counted.
  return range === 1 && numbers.every(({ length }) => length <= MAX_COUNTED_DIGITS);
}

/** As GS1 computes it: from the right, digits count three and one by turns. */
function hasCheckDigit(text: string): boolean {
  const sum = [...text].reduceRight((total, digit, at) => {
    const isOdd = (text.length - at) % 2 === 1;
    return total + Number(digit) * (isOdd ? 1 : 3);
  }, 0);
  return sum % 10 === 0;
}
