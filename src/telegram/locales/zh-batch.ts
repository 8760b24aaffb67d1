import { formatCount } from './display.js';

export const batch = {
  howTo: (max: number) =>
    `把商品编号或链接放进文件（txt、csv、xlsx、jsonl，每行一个），发给我并在说明里写 /batch；私聊里直接发文件就行。也可以回复一个文件，写 /batch。\n一次最多 ${formatCount(max)} 个商品。`,
  reading: (name: string) => `📥 正在读取 ${name} …`,
  pastedList: (lines: number) => `粘贴的列表（${formatCount(lines)} 行）`,
  unnamedFile: '文件',
  wrongKind: '只能读取 txt、csv、tsv、json、jsonl、html 和 xlsx 文件。',
  tooLarge: (max: string) => `文件太大：这种文件最大 ${max}。请拆成几个再发。`,
  notDownloaded: '文件没有下载成功，请再发一次。',
  unreadable: '清单读不了：',
  nothingInside: '文件里没有能识别的商品编号或链接。每行放一个，或在第一行写上列名 id、url、商品链接。',
  tooMany: (count: number, max: number) =>
    `一次最多 ${formatCount(max)} 个商品，文件里有 ${formatCount(count)} 个。请拆成几个再发。`,
  tooManyQueued: '你有 1 个批量查询在进行、3 个在排队。等其中一个结束后再来。',
  notEnoughCalls: (need: number, left: number) =>
    `这份清单需要 ${formatCount(need)} 次查询，你今天只剩 ${formatCount(left)} 次。`,
  /** The same numbers in all messages about a list: its lines, and the products that they name. */
  size: (lines: number, products: number) => `${formatCount(lines)} 行、${formatCount(products)} 个商品`,
  recognised: (facts: { size: string; platforms: string[]; duplicates: number; refused: number }) => {
    const { size, platforms, duplicates, refused } = facts;
    const rest = [
      duplicates > 0 ? `${formatCount(duplicates)} 行重复` : '',
      refused > 0 ? `${formatCount(refused)} 行无法识别` : '',
    ].filter(Boolean);
    return `识别到 ${size}：${[...platforms, ...rest].join('，')}。`;
  },
  refusedLines: (groups: string[], more: boolean) => `无法识别的行：${groups.join('；')}${more ? ' …' : ''}`,
  linesFor: (lines: string, reason: string) => `${lines}（${reason}）`,
  lineReasons: {
    rounded_id: '表格把编号变成了科学计数法，请把该列设为文本后重新填写',
    empty_cell: '空单元格',
    unsupported: '不支持的平台',
    not_a_marketplace: '不支持的平台',
    shop_link: '店铺链接',
    shop_not_listed: '店铺链接',
    no_product_in_link: '链接里没有商品',
    cannot_be_opened: '只能在 App 里打开',
    platform_needed: '不知道是哪个平台的编号',
  } as Record<string, string | undefined>,
  knownBefore: (count: number) => `其中 ${formatCount(count)} 个上次已经查到。`,
  expected: ({ calls, wait, ahead }: { calls: number; wait: string; ahead: number }) =>
    `需要 ${formatCount(calls)} 次查询，预计 ${wait}${ahead > 0 ? `，前面还有 ${ahead} 个批量查询` : ''}。`,
  shopOffer: (name: string) => `导出整个店铺：${name}。每页一次查询。`,
  whichColumn: '哪一列是商品？',
  /** A way to read a list, on its button. */
  column: (name: string, number: string) => (name ? `「${name}」列` : `第 ${number} 列`),
  sheetName: (name: string) => `工作表「${name}」`,
  readInstead: (what: string) => `改读${what}`,
  examples: (cells: readonly string[]) => `：${cells.join('、')}`,
  choosePlatform: '文件里的编号属于哪个平台？',
  platformChoice: (platform: string, count: number) => `${platform}（${formatCount(count)} 个）`,
  onlyRecognised: (count: number) => `只查能识别的 ${formatCount(count)} 个`,
  queued: (id: string, ahead: number) => `🕓 ${id} 排队中，前面还有 ${ahead} 个批量查询。`,
  progress: (done: number, total: number, percent: number | undefined) =>
    `${formatCount(done)}/${total > 0 ? formatCount(total) : '?'} 个商品${percent === undefined ? '' : `（${percent}%）`}`,
  remaining: (wait: string) => `大约还要 ${wait}`,
  resumed: '🔁 机器人重启过，已接着查',
  pausing: '⏸ 机器人正在重启，稍后自动继续',
  begun: '已经开始',
  staleOffer: '按钮已失效。请重新发送文件，或用 /jobs 查看。',
  sameListRunning: '这份清单已经在查，结果会发到开始它的聊天里。',
  cancelling: '正在取消…',
  stillRunning: (id: string) => `${id} 还没有结束。`,
  forgotten: '已取消。',
  ends: { finished: '✅ 完成', stopped: '⚠️ 已停止', cancelled: '🚫 已取消' },
  partial: '📄 部分结果',
  countsOf: (size: string, counts: string) => `${size}：${counts}`,
  stopped: '平台出了问题。稍后点「继续」，或联系管理员。',
  causes: {
    not_configured: '这个平台还没有开通，请联系管理员。',
    credentials_refused: '机器人的平台账号无法使用，修好后可以继续。',
    daily_calls_used: '今天的付费查询已用完。明天点「继续」。',
    max_calls_reached: '你今天的查询额度已用完。明天点「继续」。',
    throttled: '查询太频繁，已暂停。稍后点「继续」。',
    state_unreachable: '机器人连不上数据库，已暂停。稍后点「继续」。',
    state_refused: '机器人的数据库拒绝执行，已暂停。请联系管理员。',
    state_full: '机器人的数据库磁盘已满，已暂停。请联系管理员。',
    state_slow: '机器人的数据库太慢，已暂停。请联系管理员。',
    state_clock: '机器人的数据库时钟不稳，已暂停。稍后点「继续」。',
    chat_gone: '聊天已不可用，已暂停。',
    no_such_job: '数据已被清理，请重新发送文件。',
  } as Record<string, string | undefined>,
  sending: '正在发送…',
  unknownDelivery: (id: string) =>
    `${id} 的结果文件可能已经发出，也可能没有：发送时连接中断了。没有收到的话，点下面的按钮。`,
  notDelivered: (id: string) => `${id} 的结果文件没能发送。请点下面的按钮再试。`,
  noJobs: '最近 7 天没有批量查询。把文件发给我就可以开始；/batch 有说明。',
  jobs: '最近 7 天的批量查询：',
  phases: { queued: '排队中', running: '进行中', ended: '已结束' },
};
