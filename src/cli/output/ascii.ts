/** What commands write besides letters of people and sellers, for terminals that show ASCII only. */
const IN_ASCII: Readonly<Record<string, string>> = {
  ...{ '✓': '+', '✗': 'x', '·': '|', '…': '...', '¥': 'CNY ', '×': 'x', '→': '->', '↓': '-', '↑': '+' },
  ...{ '–': '-', '—': '-', '−': '-', '“': '"', '”': '"', '‘': "'", '’': "'", '≤': '<=', '≥': '>=' },
  ...{ '▁': '_', '▂': '.', '▃': '.', '▄': '-', '▅': '-', '▆': '=', '▇': '=', '█': '#' },
};
const REPLACED = new RegExp(`[${Object.keys(IN_ASCII).join('')}]`, 'gu');

/** Marks in ASCII; texts of sellers stay as they are. */
export const toAscii = (text: string): string => text.replace(REPLACED, (mark) => IN_ASCII[mark] ?? mark);

/**
 * Whether the locale says that a terminal shows no UTF-8: `C`, `POSIX`, or another encoding. One that says nothing,
 * as on Windows and in containers, is trusted.
 */
export function isAsciiLocale(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL: all, LC_CTYPE: characters, LANG: lang } = environment;
  const locale = all || characters || lang || '';
  if (locale === '' || /utf-?8/i.test(locale)) return false;
  return /^(C|POSIX)$/i.test(locale) || locale.includes('.');
}
