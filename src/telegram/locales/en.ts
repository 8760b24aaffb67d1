import { formatCompact, formatCount } from '../answering/display.js';
import { errors } from './en-errors.js';
import type { Texts } from './zh.js';

/** `1 call`, `1,200 calls` */
function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

const comeFirst = (ahead: number) =>
  `${countOf(ahead, 'batch', 'batches')} ${ahead === 1 ? 'comes' : 'come'} first`;

/** Everything the bot says, in English. */
export const en: Texts = {
  priceKinds: {
    list: 'list price',
    sale: 'sale price',
    coupon: 'after coupon',
    group: 'group price',
    single: 'solo price',
    member: 'member price',
    cost: 'cost price',
  },
  stock: {
    in_stock: 'in stock',
    out_of_stock: 'out of stock',
    presale: 'presale',
    off_sale: 'no longer sold',
    unknown: undefined,
  },
  outcomes: {
    ok: 'found',
    not_found: 'not found',
    invalid: 'not recognised',
    unsupported: 'not supported',
    not_configured: 'not configured',
    throttled: 'throttled',
    upstream_error: 'failed upstream',
    cancelled: 'not asked',
  },
  errors,
  languageName: 'English',
  nameOf: ({ en: name }) => name,
  list: (items) => items.join(', '),
  duration: (ms) => {
    const seconds = Math.ceil(ms / 1000);
    if (seconds < 100) return `${seconds} s`;
    const minutes = Math.ceil(seconds / 60);
    if (minutes < 100) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  },
  card: {
    selfOperated: (platform) => `${platform} (self-operated)`,
    noTitle: '(no title)',
    noPrice: 'No price known',
    from: (money) => `from ${money}`,
    sales: ({ count, atLeast, approximate, period, scope, text }) => {
      if (count === undefined) return text;
      const when = { total: '', month: ' per month', '30d': ' in 30 days' }[period ?? 'total'];
      const who = { item: 'Sold ', shop: 'Whole shop sold ', people: 'Buyers ' }[scope];
      return `${who}${approximate ? '≈' : ''}${formatCompact(count, 'en')}${atLeast ? '+' : ''}${when}`;
    },
    ownSales: () => undefined,
    reviews: (count) => `${formatCompact(count, 'en')} ${count === 1 ? 'review' : 'reviews'}`,
    goodRate: (percent) => `${percent}% good`,
    goodRateInside: (percent) => ` (${percent}% good)`,
    quantity: (count) => `(${formatCount(count)})`,
    shop: 'Shop: ',
    skuCount: (count) => countOf(count, 'variant'),
    moreSkus: '… more under “Variants”',
    lowest: 'lowest',
    id: 'Id',
    updated: (time) => `Updated ${time}`,
    cached: (lifetime) => `cached for ${lifetime}`,
    sandbox: 'sandbox data',
    pageOf: (page, pages) => `page ${page} of ${pages}`,
  },
  buttons: {
    refresh: '🔄 Refresh',
    skus: (count) => `📋 Variants ${count}`,
    copyId: '📎 Copy id',
    open: (platform) => `🛒 Open ${platform}`,
    back: '↩️ Back',
    more: 'More products ›',
    listShop: '🏬 List the shop',
    shopBatch: '📥 Export the shop',
    start: '▶️ Start',
    cancel: 'Cancel',
    retryFailed: '🔁 Retry failures only',
    resume: '▶️ Continue',
    partialFile: '📄 Get what is done',
    resend: '📄 Send the result again',
  },
  commands: {
    batch: 'Look up a whole file',
    jobs: 'The latest batches',
    shop: 'List a shop: /shop and its link',
    status: 'Quota and queue',
    lang: 'Choose a language',
    forget: 'Delete my data',
    help: 'How to use this bot',
  },
  help: {
    whatToSend: (supported) =>
      `Send a product link, share text or product id of ${supported} to see price, sales and stock. For example:`,
    admins:
      'For administrators:\n/allow ID or @name lets somebody in\n/deny ID or @name keeps somebody out\n/users who may use the bot, and who waits',
    groups: (username) =>
      `In groups the bot does not see links in ordinary messages (Telegram's privacy mode): mention @${username}, reply to one of its messages, or use a command.`,
  },
  batch: {
    howTo: (max) =>
      `Put product ids or links into a file (txt, csv, xlsx, jsonl; one per line) and send it with the caption /batch; alone with me, the file is enough. Or reply /batch to a file.\nAt most ${countOf(max, 'product')} at a time.`,
    reading: (name) => `📥 Reading ${name} …`,
    pastedList: (lines) => `pasted list (${countOf(lines, 'line')})`,
    unnamedFile: 'file',
    wrongKind: 'I can read txt, csv, tsv, jsonl and xlsx files only.',
    tooLarge: (max) => `The file is too large: ${max} at most for this kind. Please split it.`,
    notDownloaded: 'The file could not be downloaded. Please send it again.',
    unreadable: 'The list cannot be read:',
    nothingInside:
      'The file holds no product ids or links that I know. Put one on each line, or name the column id or url.',
    tooMany: (count, max) =>
      `At most ${countOf(max, 'product')} at a time; the file has ${formatCount(count)}. Please split it.`,
    tooManyQueued: 'You have one batch running and three waiting. Come back when one of them is done.',
    notEnoughCalls: (need, left) =>
      `This list needs ${countOf(need, 'call')}, and you have ${formatCount(left)} left for today.`,
    size: (lines, products) => `${countOf(lines, 'line')}, ${countOf(products, 'product')}`,
    recognised: ({ size, platforms, duplicates, refused }) => {
      const rest = [
        duplicates > 0 ? `${countOf(duplicates, 'line')} repeated` : '',
        refused > 0 ? `${countOf(refused, 'line')} not recognised` : '',
      ].filter(Boolean);
      return `${size}: ${[...platforms, ...rest].join(', ')}.`;
    },
    refusedLines: (groups, more) => `Lines not recognised: ${groups.join('; ')}${more ? ' …' : ''}`,
    linesFor: (lines, reason) => `${lines} (${reason})`,
    lineReasons: {
      rounded_id: 'the spreadsheet rounded the id; format the column as text and enter it again',
      empty_cell: 'empty cell',
      unsupported: 'marketplace not supported',
      shop_link: 'link of a shop',
      no_product_in_link: 'no product in the link',
      cannot_be_opened: 'opens only inside its app',
      platform_needed: 'marketplace unknown',
    },
    knownBefore: (count) => `${formatCount(count)} of them ${count === 1 ? 'is' : 'are'} known from before.`,
    expected: ({ calls, wait, ahead }) =>
      `${countOf(calls, 'call')}, about ${wait}${ahead > 0 ? `; ${comeFirst(ahead)}` : ''}.`,
    shopOffer: (name) => `Export the whole shop: ${name}. Each page takes one call.`,
    choosePlatform: 'Which marketplace are the ids in this file from?',
    platformChoice: (platform, count) => `${platform} (${formatCount(count)})`,
    onlyRecognised: (count) => `Only the ${formatCount(count)} recognised`,
    queued: (id, ahead) => `🕓 ${id} is waiting; ${comeFirst(ahead)}.`,
    progress: (done, total, percent) =>
      `${formatCount(done)}/${total > 0 ? formatCount(total) : '?'} products${percent === undefined ? '' : ` (${percent}%)`}`,
    remaining: (wait) => `About ${wait} left`,
    resumed: '🔁 The bot was restarted; the job goes on',
    pausing: '⏸ The bot is restarting; the job goes on by itself',
    begun: 'It has begun',
    staleOffer: 'This button is out of date. Send the file again, or see /jobs.',
    sameListRunning: 'This list is already being looked up; its result goes to the chat it was started in.',
    cancelling: 'Cancelling…',
    stillRunning: (id) => `${id} is not done yet.`,
    forgotten: 'Cancelled.',
    ends: { finished: '✅ Done', stopped: '⚠️ Stopped', cancelled: '🚫 Cancelled' },
    partial: '📄 Partial result',
    countsOf: (size, counts) => `${size}: ${counts}`,
    stopped: 'The interface has a problem. Continue later, or tell the administrator.',
    causes: {
      not_configured: 'The interface is not configured. Please tell the administrator.',
      credentials_refused: 'The marketplace refuses the credentials. Please tell the administrator.',
      daily_calls_used: "Today's paid calls are used up. You can continue tomorrow.",
      max_calls_reached: 'Your calls for today are used up. You can continue tomorrow.',
      throttled: 'The marketplace keeps throttling. You can continue in a while.',
      chat_gone: 'The chat is gone; the job is paused.',
      no_such_job: 'What the job knew has been removed. Please send the file again.',
    },
    sending: 'Sending…',
    unknownDelivery: (id) =>
      `The result of ${id} may have been sent, or may not: the connection broke meanwhile. If it did not arrive, press the button.`,
    notDelivered: (id) => `The result of ${id} could not be sent. Try again with the button.`,
    noJobs: 'No batches in the last 7 days. Send me a file to begin; see /batch.',
    jobs: 'Batches of the last 7 days:',
    phases: { queued: 'waiting', running: 'running', ended: 'ended' },
  },
  shop: {
    howTo: (forms) => `Send /shop together with the link of a shop, such as ${forms}`,
    title: (name, total) =>
      `🏬 ${name}${total ? ` · ${total} ${total === '1' ? 'product' : 'products'}` : ''}`,
    unnamed: (id) => `Shop ${id}`,
    empty: 'There are no products on this page.',
    notFound: 'No products of this shop were found: it may be unknown, closed or empty.',
  },
  status: {
    quota: ({ name, calls, window, used, free }) =>
      `${name}: ${countOf(calls, 'call')} per ${window}, ${formatCount(used)} used, ${formatCount(free)} free`,
    frozen: (wait) => `; throttled by the marketplace for ${wait}`,
    none: 'No marketplace interface is configured.',
    mine: (spent, left) => `You used ${countOf(spent, 'call')} today, ${left} left`,
    unlimited: 'no limit',
    queue: (running, queued) => `Batches: ${running} running, ${queued} waiting`,
    everybody: (spent) => `All users together: ${countOf(spent, 'call')} today`,
  },
  people: {
    howTo: (command) =>
      `Send /${command} with a numeric ID or @name, such as /${command} 123456789. IDs of groups begin with -.`,
    unknownName: (name) => `I haven't met ${name}. Let them write to me first, or use the numeric ID.`,
    letIn: (id) => `✅ ${id} may use the bot now.`,
    turnedAway: (id) => `🚫 ${id} may not use the bot any more.`,
    isAdmin: 'That is an administrator: TELEGRAM_ADMINS decides.',
    welcome: 'You may use this bot now. Send a product link to try it; see /help.',
    stranger: (name, id) => `${name} would like to use the bot.\nID: ${id}`,
    allow: '✅ Allow',
    deny: '🚫 Deny',
    onlyPrivate: 'Ask me alone for that.',
    variables: 'The lists in the configuration hold too; these were decided here.',
    allowed: (people) => `May use the bot (${people.length}):\n${people.join('\n') || 'nobody'}`,
    denied: (people) => `Kept out (${people.length}):\n${people.join('\n') || 'nobody'}`,
    strangers: (people) => `Waiting (${people.length}):\n${people.join('\n') || 'nobody'}`,
    forgetWhat:
      "Delete your batches, results, language and name? Today's lookups stay counted until the day is over; the chat itself is Telegram's, delete it there.",
    forget: '🗑 Delete',
    forgotten: 'Your data is deleted.',
    stillBusy: 'A batch of yours is under way. Cancel it first, then delete.',
  },
  notices: {
    stranger: (id, chatId) =>
      `This bot is open to authorised users only.\nYour id: ${id}${chatId === undefined ? '' : `\nThis chat: ${chatId}`}\nPlease send it to the administrator.`,
    staleButton: 'This button is out of date. Please send the link again.',
    notYours: 'Only the person who started this can do that.',
    refreshing: 'Refreshing…',
    upToDate: 'Already up to date',
    updated: 'Updated',
    waiting: (wait) => `⏳ Others come first; the answer takes about ${wait}.`,
    tooManyLinks: (max, more) =>
      `I look up ${max} links at a time; ${formatCount(more)} more ${more === 1 ? 'was' : 'were'} left out. Put many into a file and use /batch.`,
    tooBusy: 'You still have unfinished requests. Please wait for them.',
    missed: 'The bot was away, and this message was not handled. Send it again if you still need it.',
    choosePlatform: (id) => `Which marketplace is ${id} from?`,
    nothingToFind: 'I found no product link. Paste a link, a share text or a product id; see /help.',
    restOfAlbum:
      'In groups I may see only this file of the album. Send the others one by one, each with /batch.',
    notAFile:
      'Put the ids or links into a txt, csv, xlsx or jsonl file and send it as a file, not as a picture.',
    dailyCallsUsed: (limit) => `You have used your ${countOf(limit, 'call')} for today. Come back tomorrow.`,
    failed: 'Something went wrong in the bot; it has been logged. Try again later.',
    languageSet: 'All right, English from now on.',
    chooseLanguage: '选择语言 / Choose a language',
  },
};
