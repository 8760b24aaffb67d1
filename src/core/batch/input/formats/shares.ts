import type { TextLine } from '../../../text/lines.js';
import { type InputLine, toInputLine } from '../lines.js';
import type { Cell } from '../table/cell-kind.js';
import type { TableRules } from '../table/row.js';

/** What apps write below the link of a share text. */
const TAIL =
  /点击|复制|打开|长按|查看|搜索|口令|领券|下单|直达|抢购|快来|看看|我在|发现|好货|推荐|分享|包邮|\b(?:open|copy|tap|click)\b/i;
/** Its title, or its price, by itself. */
const TITLE = /^[「【《].*[」】》]$/;
const PRICE = /^(?:\D{0,6}[¥￥]?\s*\d{1,6}(?:\.\d{1,2})?\s*(?:元|块)|[¥￥]\s*\d{1,6}(?:\.\d{1,2})?)$/;
/** What they, and people, write above it. */
const HEAD = /[【「《]|快来|我在|发现|分享|推荐|给你|看看|好物|宝贝|[:：]$|^#+\s/;
const OWN_NUMBER = /\d{6}/;

interface Share {
  readonly line: number;
  readonly given: string;
  readonly lastLine: number;
  readonly hasLink: boolean;
  readonly isHead: boolean;
}

/**
 * Puts the lines of a share text together: its link stands on one line, the words of the app above or below it. Each
 * other line is an entry by itself, and a marketplace's name says whose the ids below it are.
 */
export async function* joinShares(
  blocks: AsyncIterable<readonly TextLine[]>,
  rules: Pick<TableRules, 'readCell' | 'findHeading'>,
): AsyncGenerator<Iterable<InputLine>> {
  let share: Share | undefined;
  let platform: string | undefined;
  for await (const lines of blocks) {
    const joined: InputLine[] = [];
    for (const line of lines) {
      const heading = rules.findHeading(line.text);
      const next = heading === undefined ? toShare(line, rules.readCell) : undefined;
      const longer = share && next && join(share, next, line.text);
      if (share && !longer) joined.push(toInputLine(share.line, share.given, platform));
      share = longer ?? next;
      platform = heading ?? platform;
    }
    yield joined;
  }
  if (share) yield [toInputLine(share.line, share.given, platform)];
}

function toShare({ line, given, text }: TextLine, readCell: (text: string) => Cell): Share {
  const kind = /^\d+$/.test(text) ? 'id' : readCell(text).kind;
  const hasLink = kind === 'product' || kind === 'short';
  const isHead = kind === 'text' && HEAD.test(text) && !OWN_NUMBER.test(text);
  return { line, given, lastLine: line, hasLink, isHead };
}

const isTailText = (text: string) =>
  !OWN_NUMBER.test(text) && [TAIL, TITLE, PRICE].some((pattern) => pattern.test(text));

function join(share: Share, next: Share, text: string): Share | undefined {
  if (next.line !== share.lastLine + 1) return undefined;
  const isTail = share.hasLink && !next.hasLink && isTailText(text);
  const isBody = share.isHead && next.hasLink && !share.hasLink;
  if (!isTail && !isBody) return undefined;
  return {
    ...share,
    given: `${share.given}\n${next.given}`,
    lastLine: next.line,
    hasLink: true,
    isHead: false,
  };
}
