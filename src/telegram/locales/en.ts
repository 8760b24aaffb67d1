import { WORDS } from '../../core/index.js';
import { formatCount } from '../answering/display.js';
import { errors } from './en-errors.js';
import { history, watch } from './en-prices.js';
import type { Texts } from './zh.js';

const words = WORDS.en;

/** `1 call`, `1,200 calls` */
function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

const comeFirst = (ahead: number) =>
  `${countOf(ahead, 'batch', 'batches')} ${ahead === 1 ? 'comes' : 'come'} first`;

/** Everything the bot says, in English. */
export const en: Texts = {
  priceKinds: words.priceKinds,
  stock: { ...words.stock, unknown: undefined },
  outcomes: words.outcomes,
  errors,
  languageName: 'English',
  nameOf: words.nameOf,
  list: words.list,
  reading: words.reading,
  duration: words.duration,
  card: {
    selfOperated: (platform) => `${platform} (self-operated)`,
    noTitle: '(no title)',
    noPrice: 'No price known',
    from: (money) => `from ${money}`,
    sales: words.facts.sales,
    ownSales: () => undefined,
    reviews: (count, atLeast) =>
      `${words.count(count)}${atLeast ? '+' : ''} ${count === 1 ? 'review' : 'reviews'}`,
    goodRate: (percent) => `${percent}% positive`,
    goodRateInside: (percent) => ` (${percent}% positive)`,
    quantity: (count, atLeast) => `(${words.facts.left(count, atLeast)})`,
    shop: 'Shop: ',
    skuCount: (count) => countOf(count, 'variant'),
    moreSkus: '… more under “Variants”',
    lowest: 'lowest',
    id: 'Product ID',
    updated: (time) => `Checked ${time}`,
    sandbox: 'simulated data',
    pageOf: (page, pages) => `page ${page} of ${pages}`,
  },
  buttons: {
    refresh: '🔄 Refresh',
    skus: (count) => `📋 Variants ${count}`,
    copyId: '📎 Copy ID',
    open: (platform) => `🛒 Open ${platform}`,
    history: '📈 Price history',
    similar: '🔍 Possible matches',
    watch: '🔔 Price alert',
    unwatch: '🔕 Stop',
    stop: '🔕',
    mute: '💤 Mute 7 days',
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
    batch: 'Look up a file',
    jobs: 'My batches',
    history: 'Price history: /history and a product link',
    watch: 'Set a price alert: /watch, a product link and a price',
    watches: 'My price alerts',
    search: 'Search: /search and a few words',
    link: 'Promotion links: /link and a text with product links',
    shop: 'List a shop: /shop and its link',
    status: 'Quota today, and the queue',
    lang: 'Language',
    forget: 'Delete my data',
    help: 'How to use this bot',
  },
  help: {
    whatToSend: (supported) =>
      `Send a product link, share text or product ID of ${supported} to see price, sales and stock. For example:`,
    admins:
      'For administrators:\n/allow ID or @name lets somebody in\n/deny ID or @name keeps somebody out\n/users who may use the bot, and who waits',
    groups: (username) =>
      `In groups the bot does not see links in ordinary messages (Telegram's privacy mode): mention @${username}, reply to one of its messages, or use a command.`,
  },
  batch: {
    howTo: (max) =>
      `Put product IDs or links into a file (txt, csv, xlsx, jsonl; one per line) and send it with the caption /batch; alone with me, the file is enough. Or reply /batch to a file.\nAt most ${countOf(max, 'product')} at a time.`,
    reading: (name) => `📥 Reading ${name} …`,
    pastedList: (lines) => `pasted list (${countOf(lines, 'line')})`,
    unnamedFile: 'file',
    wrongKind: 'Only txt, csv, tsv, json, jsonl, html and xlsx files can be read.',
    tooLarge: (max) => `The file is too large: ${max} at most for this kind. Please split it.`,
    notDownloaded: 'The file could not be downloaded. Please send it again.',
    unreadable: 'The list cannot be read:',
    nothingInside:
      'No product IDs or links were found in the file. Put one on each line, or name the column id or url.',
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
      not_a_marketplace: 'marketplace not supported',
      shop_link: 'link of a shop',
      shop_not_listed: 'link of a shop',
      no_product_in_link: 'no product in the link',
      cannot_be_opened: 'opens only inside its app',
      platform_needed: 'marketplace unknown',
    },
    knownBefore: (count) => `${formatCount(count)} of them ${count === 1 ? 'is' : 'are'} known from before.`,
    expected: ({ calls, wait, ahead }) =>
      `${countOf(calls, 'call')}, about ${wait}${ahead > 0 ? `; ${comeFirst(ahead)}` : ''}.`,
    shopOffer: (name) => `Export the whole shop: ${name}. Each page takes one call.`,
    whichColumn: 'Which column holds the products?',
    column: (name, number) => (name ? `Column "${name}"` : `Column ${number}`),
    sheetName: (name) => `Sheet "${name}"`,
    readInstead: (what) => `Read ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
    examples: (cells) => `: ${cells.join(', ')}`,
    choosePlatform: 'Which marketplace are the IDs in this file from?',
    platformChoice: (platform, count) => `${platform} (${formatCount(count)})`,
    onlyRecognised: (count) => `Only the ${formatCount(count)} recognised`,
    queued: (id, ahead) => `🕓 ${id} is waiting; ${comeFirst(ahead)}.`,
    progress: (done, total, percent) =>
      `${formatCount(done)}/${total > 0 ? formatCount(total) : '?'} products${percent === undefined ? '' : ` (${percent}%)`}`,
    remaining: (wait) => `About ${wait} left`,
    resumed: '🔁 The bot was restarted; the batch continues',
    pausing: '⏸ The bot is restarting; the batch will continue by itself',
    begun: 'It has begun',
    staleOffer: 'This button is out of date. Send the file again, or see /jobs.',
    sameListRunning: 'This list is already being looked up; its result goes to the chat it was started in.',
    cancelling: 'Cancelling…',
    stillRunning: (id) => `${id} is not done yet.`,
    forgotten: 'Cancelled.',
    ends: { finished: '✅ Done', stopped: '⚠️ Stopped', cancelled: '🚫 Cancelled' },
    partial: '📄 Partial result',
    countsOf: (size, counts) => `${size}: ${counts}`,
    stopped: 'The marketplace has a problem. Press Continue later, or tell the administrator.',
    causes: {
      not_configured: "This marketplace isn't set up. Tell the administrator.",
      credentials_refused:
        "The bot's account at the marketplace can't be used. You can continue once that is fixed.",
      daily_calls_used: "Today's paid lookups are used up. Press Continue tomorrow.",
      max_calls_reached: 'Your lookups for today are used up. Press Continue tomorrow.',
      throttled: 'Too many requests; paused. Press Continue in a while.',
      chat_gone: 'The chat is gone; the batch is paused.',
      no_such_job: "This batch's data was deleted. Send the file again.",
    },
    sending: 'Sending…',
    unknownDelivery: (id) =>
      `The result of ${id} may have been sent, or may not: the connection broke. If it did not arrive, press the button.`,
    notDelivered: (id) => `The result of ${id} could not be sent. Try again with the button.`,
    noJobs: 'No batches in the last 7 days. Send me a file to begin; see /batch.',
    jobs: 'Batches of the last 7 days:',
    phases: { queued: 'waiting', running: 'running', ended: 'ended' },
  },
  history,
  watch,
  search: {
    howTo: 'Write what to search for after /search, such as: /search cotton towel',
    title: (words) => `🔍 ${words}`,
    similar: (words) => `🔍 Possible matches: ${words}`,
    page: (page) => `page ${page}`,
    candidates: 'These are possible matches; nobody has compared them. Check the variant before you buy.',
    nothing: 'No results. Try other words, or fewer.',
    failed: (platform, sentence) => `${platform}: ${sentence}`,
    stale: 'This search is too old. Search again.',
  },
  link: {
    howTo:
      'Paste a text with product links after /link, or reply to one. The links become your promotion links.',
    nothing: 'No product link found. Send a text with product links.',
    converted: (count) =>
      `✅ ${countOf(count, 'link')} replaced by ${count === 1 ? 'a promotion link' : 'promotion links'}.`,
    stay: (count) => `${countOf(count, 'link')} not replaced:`,
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
    frozen: (wait) => `; too many requests, paused for ${wait}`,
    none: 'No marketplace is set up.',
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
      "Delete your batches, results, price alerts, language and name? Today's lookups stay counted until the day is over; the chat itself is Telegram's, delete it there.",
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
    nothingToFind: 'I found no product link. Paste a link, a share text or a product ID; see /help.',
    restOfAlbum:
      'In groups I may see only this file of the album. Send the others one by one, each with /batch.',
    notAFile:
      'Put the IDs or links into a txt, csv, xlsx or jsonl file and send it as a file, not as a picture.',
    dailyCallsUsed: (limit) => `You have used your ${countOf(limit, 'call')} for today. Come back tomorrow.`,
    failed: 'Something went wrong in the bot; it has been logged. Try again later.',
    languageSet: 'All right, English from now on.',
    chooseLanguage: '选择语言 / Choose a language',
  },
};
