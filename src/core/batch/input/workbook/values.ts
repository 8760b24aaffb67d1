import { DAY_MS } from '../../../clock.js';

/** Whether cells of a style show a date. */
export type IsDateFormat = (style: string) => boolean;

/** Formats that every spreadsheet knows by number, and that show a date or time. */
const DATE_FORMATS = /^(?:1[4-9]|2[0-2]|2[7-9]|3[0-6]|4[5-7]|5[0-8])$/;

/**
 * @param formats number of the format of each style, in order
 * @param codes formats of the workbook's own, by number
 */
export function createDateFormats(
  formats: readonly string[],
  codes: ReadonlyMap<string, string>,
): IsDateFormat {
  const isDate = formats.map((format) => {
    const code = codes.get(format);
    if (code === undefined) return DATE_FORMATS.test(format);
    return /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '')) && !/general/i.test(code);
  });
  return (style) => isDate[Number(style)] ?? false;
}

/** The day and time of a serial number, as it reads on the sheet. */
export function formatSerial(stored: string, is1904: boolean): string {
  const days = Number(stored);
  // The year 10,000, and what is not a number.
  if (!(days >= 0 && days < 2_958_466)) return stored;
  const iso = new Date(Date.UTC(is1904 ? 1904 : 1899, 0, is1904 ? 1 : -1) + Math.round(days * 86_400) * 1000);
  const text = iso.toISOString();
  const day = text.slice(0, 10);
  const time = text.slice(11, 19);
  if (days < 1) return time;
  return (days * DAY_MS) % DAY_MS < 500 ? day : `${day} ${time}`;
}

/**
 * The stored number as digits. Spreadsheets keep 15 digits: what has more, or fewer than its exponent asks for, was
 * rounded, and goes on in scientific notation to be refused.
 */
export function spellOut(stored: string): string {
  const plain = stored.trim().replace(/\.0+$/, '');
  const [mantissa = '', exponent = '0'] = plain.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  if (!/^-?\d+$/.test(digits)) return plain;
  if (plain.toLowerCase().includes('e')) {
    if (fraction.length > 0 && fraction.length === Number(exponent)) return digits;
    return Number(exponent) < 0 ? String(Number(plain)) : Number(plain).toExponential();
  }
  // 19.9 is stored as 19.899999999999999.
  if (fraction !== '') return String(Number(plain));
  return digits.length > 15 ? Number(plain).toExponential() : plain;
}
