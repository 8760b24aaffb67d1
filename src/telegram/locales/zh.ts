import { type StockStatus, WORDS } from '../../core/index.js';
import { formatCount } from './display.js';
import { batch } from './zh-batch.js';
import { errors } from './zh-errors.js';
import { history, watch } from './zh-prices.js';

const words = WORDS.zh;

/** Everything the bot says, in Chinese. The shape is the contract for all languages. */
export const zh = {
  priceKinds: words.priceKinds,
  /** What is not known is not said. */
  stock: { ...words.stock, unknown: undefined } as Record<StockStatus, string | undefined>,
  outcomes: words.outcomes,
  errors,
  languageName: '中文',
  nameOf: words.nameOf,
  list: words.list,
  reading: words.reading,
  duration: words.duration,
  card: {
    selfOperated: (platform: string) => `${platform}自营`,
    noTitle: words.labels.noTitle,
    noPrice: '暂无价格',
    from: (money: string) => `${money} 起`,
    sales: words.facts.sales,
    /** What the marketplace says itself, such as 已拼10万+件, where it says more than a number. */
    ownSales: (text: string): string | undefined => {
      const isReadable = /\p{Script=Han}{2}/u.test(text) && !/\d{5}/.test(text);
      return isReadable ? text.replace(/(\p{Script=Han})(?=\d)/u, '$1 ') : undefined;
    },
    reviews: (count: number, atLeast?: boolean) => `评价 ${words.count(count)}${atLeast ? '+' : ''}`,
    goodRate: (percent: number) => `好评率 ${percent}%`,
    goodRateInside: (percent: number) => `（好评率 ${percent}%）`,
    quantity: words.facts.left,
    shop: '店铺：',
    skuCount: (count: number) => `规格 ${formatCount(count)} 个`,
    moreSkus: '…更多见「规格」',
    lowest: '最低',
    id: '商品编号',
    updated: (time: string) => `${time} 查价`,
    sandbox: words.labels.simulated,
    pageOf: (page: number, pages: number) => `第 ${page}/${pages} 页`,
  },
  buttons: {
    refresh: '🔄 刷新',
    skus: (count: number) => `📋 规格 ${count}`,
    copyId: '📎 复制编号',
    open: (platform: string) => `🛒 打开${platform}`,
    history: '📈 走势',
    similar: '🔍 找同款',
    watch: '🔔 降价提醒',
    unwatch: '🔕 取消提醒',
    /** A number follows. */
    stop: '🔕',
    mute: '💤 7 天内不提醒',
    back: '↩️ 返回',
    more: '更多商品 ›',
    listShop: '🏬 列出店铺商品',
    shopBatch: '📥 整店导出',
    start: '▶️ 开始',
    cancel: '取消',
    retryFailed: '🔁 仅重试失败项',
    resume: '▶️ 继续',
    partialFile: '📄 下载已完成部分',
    resend: '📄 重新发送结果',
  },
  commands: {
    batch: '批量查询文件',
    jobs: '我的批量查询',
    history: '看价格走势：/history 加商品链接',
    watch: '设降价提醒：/watch 加商品链接和目标价',
    watches: '我的降价提醒',
    search: '搜商品：/search 加关键词',
    link: '转链：/link 加带商品链接的文字',
    shop: '列出店铺商品：/shop 加店铺链接',
    status: '今日额度和排队',
    lang: '语言',
    forget: '删除我的数据',
    help: '使用说明',
  },
  help: {
    whatToSend: (supported: string) =>
      `发来${supported}的商品链接、分享文案或商品编号，就能看到价格、销量和库存。例如：`,
    admins:
      '管理员：\n/allow ID 或 @用户名 允许使用\n/deny ID 或 @用户名 不再允许\n/users 谁可以使用、谁在等',
    groups: (username: string) =>
      `在群里，机器人看不到普通消息里的链接（Telegram 的隐私模式）：请 @${username}、回复机器人的消息，或用命令。`,
  },
  batch,
  history,
  watch,
  search: {
    howTo: '请在 /search 后面写关键词，例如：/search 纯棉毛巾 三条',
    title: (words: string) => `🔍 ${words}`,
    similar: (words: string) => `🔍 可能同款：${words}`,
    page: (page: number) => `第 ${page} 页`,
    candidates: '搜到的是可能同款，没有人核对过。下单前请看清规格。',
    nothing: '没有搜到。换几个词，或少写几个词再试。',
    failed: (platform: string, sentence: string) => `${platform}：${sentence}`,
    stale: '这次搜索已失效，请重新搜索。',
  },
  link: {
    howTo: '请在 /link 后面粘贴带商品链接的文字，或回复这样的消息。链接会换成你的推广链接。',
    nothing: '没有找到商品链接。请发带商品链接的文字。',
    converted: (count: number) => `✅ ${formatCount(count)} 个链接换成了推广链接。`,
    stay: (count: number) => `${formatCount(count)} 个没有换：`,
  },
  shop: {
    howTo: (forms: string) => `请在 /shop 后面加上店铺链接，例如：${forms}`,
    title: (name: string, total: string) => `🏬 ${name}${total ? ` · ${total} 个商品` : ''}`,
    unnamed: (id: string) => `店铺 ${id}`,
    empty: '这一页没有商品了。',
    notFound: '没有找到这个店铺的商品：店铺可能不存在、已关闭，或者是空的。',
  },
  status: {
    quota: (facts: { name: string; calls: number; window: string; used: number; free: number }) =>
      `${facts.name}：每 ${facts.window} ${formatCount(facts.calls)} 次，已用 ${formatCount(facts.used)}，可用 ${formatCount(facts.free)}`,
    frozen: (wait: string) => `，查询太频繁，${wait}后恢复`,
    none: '还没有开通任何平台。',
    mine: (spent: number, left: string) => `你今天用了 ${formatCount(spent)} 次查询，还剩 ${left}`,
    unlimited: '不限',
    queue: (running: number, queued: number) => `批量查询：进行中 ${running}，排队 ${queued}`,
    everybody: (spent: number) => `所有用户今天共 ${formatCount(spent)} 次查询`,
  },
  people: {
    howTo: (command: 'allow' | 'deny') =>
      `请写 /${command} 加数字 ID 或 @用户名，例如 /${command} 123456789。群的 ID 以 - 开头。`,
    unknownName: (name: string) => `还不认识 ${name}。让对方先给机器人发一条消息，或改用数字 ID。`,
    letIn: (id: number) => `✅ ${id} 现在可以使用机器人。`,
    turnedAway: (id: number) => `🚫 ${id} 不能再使用机器人。`,
    isAdmin: '对方是管理员，由 TELEGRAM_ADMINS 决定。',
    welcome: '你现在可以使用机器人了。发一个商品链接试试，/help 有说明。',
    stranger: (name: string, id: number) => `${name} 想使用机器人。\nID：${id}`,
    allow: '✅ 允许',
    deny: '🚫 不允许',
    onlyPrivate: '请私聊机器人查看。',
    variables: '配置变量里的名单也有效；下面是在这里决定的。',
    allowed: (people: string[]) => `可以使用（${people.length}）：\n${people.join('\n') || '无'}`,
    denied: (people: string[]) => `不允许（${people.length}）：\n${people.join('\n') || '无'}`,
    strangers: (people: string[]) => `还在等（${people.length}）：\n${people.join('\n') || '无'}`,
    forgetWhat:
      '删除你的批量查询、结果、降价提醒、语言设置和称呼？今天的查询次数保留到今天结束；聊天记录在 Telegram，要自己删。',
    forget: '🗑 删除',
    forgotten: '已删除你的数据。',
    stillBusy: '你有批量查询在进行。先取消它，再删除。',
  },
  notices: {
    stranger: (id: number, chatId: number | undefined) =>
      `这个机器人只对授权用户开放。\n你的 ID：${id}${chatId === undefined ? '' : `\n本群 ID：${chatId}`}\n请把它发给管理员。`,
    staleButton: '按钮已失效，请重新发送链接。',
    notYours: '只有发起的人可以操作。',
    refreshing: '正在刷新…',
    upToDate: '已是最新',
    updated: '已更新',
    waiting: (wait: string) => `⏳ 前面还有查询，大约 ${wait}后回复。`,
    tooManyLinks: (max: number, more: number) =>
      `一次最多查 ${max} 个链接，其余 ${more} 个没有查。多的请放进文件，用 /batch。`,
    tooBusy: '你还有查询没有完成，请等它们完成后再发。',
    missed: '机器人刚才不在线，这条消息没有处理。还需要的话，请再发一次。',
    choosePlatform: (id: string) => `${id} 是哪个平台的编号？`,
    sayPlatform: (example: string) =>
      `这些编号是哪个平台的？请写上平台再发，如「${example}」；很多编号可以用 /batch。`,
    nothingToFind: '没有找到商品链接。请发商品链接、分享文案或商品编号；/help 有例子。',
    restOfAlbum: '在群里，机器人可能只看到相册中的这一个文件。其余的请分别发送，并写上 /batch。',
    notAFile: '请把编号或链接放进 txt、csv、xlsx 或 jsonl 文件，作为「文件」发送，不要作为图片。',
    dailyCallsUsed: (limit: number) => `你今天的 ${formatCount(limit)} 次查询额度已用完，明天再来。`,
    failed: '机器人出错了，已记录。请稍后再试。',
    languageSet: '好的，以后用中文。',
    chooseLanguage: '选择语言 / Choose a language',
  },
};

export type Texts = typeof zh;
