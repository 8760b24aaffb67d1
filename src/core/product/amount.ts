/** Far more than anything here costs. */
const MAX_YUAN = 10_000_000;

/**
 * An amount of money as people write it, in fen: `5000`, `¥4,999.50`, `5k`, `0.5万`, `5000元`, in full-width signs too.
 * Undefined for anything else, for 0 and for more than ten million yuan.
 */
export function parseAmountFen(text: string): number | undefined {
  const clean = text.normalize('NFKC').replace(/[\s,，]/g, '');
  const [, digits, unit] = /^[¥￥]?(\d{1,9}(?:\.\d{1,4})?)(k|千|万|w)?(?:元|块|rmb|cny)?$/i.exec(clean) ?? [];
  if (digits === undefined) return undefined;
  const factor = unit === undefined ? 1 : /[万w]/i.test(unit) ? 10_000 : 1000;
  const fen = Math.round(Number(digits) * factor * 100);
  return fen > 0 && fen <= MAX_YUAN * 100 ? fen : undefined;
}
