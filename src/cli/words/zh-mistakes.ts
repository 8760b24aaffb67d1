import type { Language } from '../../core/index.js';

const AMOUNTS = '如 5000、¥4,999 或 0.5万';

/** What commander says about a mistake, and the readers of options behind it, in Chinese. */
const ZH_MISTAKES: readonly (readonly [RegExp, string | ((...found: string[]) => string)])[] = [
  [/^error: unknown option '([^']*)'/, "错误：没有选项 '$1'"],
  [/^error: unknown command '([^']*)'/, "错误：没有命令 '$1'"],
  [/^error: missing required argument '([^']*)'/, "错误：缺少参数 '$1'"],
  [/^error: required option '([^']*)' not specified/, "错误：缺少选项 '$1'"],
  [/^error: option '([^']*)' argument missing/, "错误：选项 '$1' 缺少值"],
  [/^error: too many arguments.*/, '错误：参数太多。含空格的内容要加引号'],
  [/^error: option '([^']*)' cannot be used with option '([^']*)'/, "错误：选项 '$1' 不能和 '$2' 一起用"],
  [/^error: option '([^']*)' argument '([^']*)' is invalid\. ?/, "错误：选项 '$1' 的值 '$2' 不能用。"],
  [
    /^error: command-argument value '([^']*)' is invalid for argument '([^']*)'\. ?/,
    "错误：参数 '$2' 的值 '$1' 不能用。",
  ],
  [/Allowed choices are ([^.]*)\./, (_, words = '') => `可以是：${words.replaceAll(', ', '、')}。`],
  [/It expects a number of at least (\d+)\./, '需要不小于 $1 的数。'],
  [/It expects a number from (\d+) to (\d+)\./, '需要 $1 到 $2 之间的数。'],
  [/It expects a whole number such as (\d+)\./, '需要整数，如 $1。'],
  [/It expects <calls>\/<duration>, such as ([^.]*)\./, '需要 <次数>/<时长>，如 $1。'],
  [/It expects a window of at least (\w+), such as ([^.]*)\./, '时间窗至少 $1，如 $2。'],
  [/It expects a duration such as [^.]*\./, '需要时长，如 500ms、60s 或 5m。'],
  [
    /It expects an amount in yuan, above 0 [^.]*such as [^.]*\.5万\./,
    `需要大于 0、不超过 1000 万的金额（元），${AMOUNTS}。`,
  ],
  [/It expects a share such as 5% or 0\.05\./, '需要比例，如 5% 或 0.05。'],
  [/It expects a duration and factors, such as (\S*)\./, '需要时长和倍数，如 $1。'],
  [/It expects ([^.]*)\./, (_, words = '') => `可以是：${words.replace(/, | or /g, '、')}。`],
  [/It must end in (\.\w+) or (\.\w+)\./, '要以 $1 或 $2 结尾。'],
  [/(\S+) must end in \.jsonl, \.csv or \.xlsx\./, '$1 要以 .jsonl、.csv 或 .xlsx 结尾。'],
  [/\(Did you mean one of ([^?]*)\?\)/, '（是不是其中之一：$1？）'],
  [/\(Did you mean ([^?]*)\?\)/, '（是不是 $1？）'],
];

/** A mistake in a command, as commander says it, in the language of the reader. */
export function translateMistake(text: string, language: Language): string {
  if (language === 'en') return text;
  return ZH_MISTAKES.reduce(
    (said, [pattern, words]) =>
      typeof words === 'string' ? said.replace(pattern, words) : said.replace(pattern, words),
    text,
  );
}
