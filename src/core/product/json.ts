const STRING_OR_LONG_INTEGER = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;

/**
 * Parses JSON with integers of 16 and more digits kept as strings: upstream ids may be longer than a JavaScript
 * number is exact.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const lossless = /\d{16}/.test(text)
    ? text.replace(STRING_OR_LONG_INTEGER, (token) => (token.startsWith('"') ? token : `"${token}"`))
    : text;
  return JSON.parse(lossless);
}
