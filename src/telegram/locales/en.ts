import { WORDS } from '../../core/index.js';
import { formatCount } from './display.js';
import { batch } from './en-batch.js';
import { countOf } from './en-count.js';
import { errors } from './en-errors.js';
import { history, watch } from './en-prices.js';
import type { Texts } from './zh.js';

const words = WORDS.en;

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
  batch,
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
    unknownName: (name) => `${name} hasn't written to the bot. Let them write first, or use the numeric ID.`,
    letIn: (id) => `✅ ${id} may use the bot now.`,
    turnedAway: (id) => `🚫 ${id} may not use the bot any more.`,
    isAdmin: 'That is an administrator: TELEGRAM_ADMINS decides.',
    welcome: 'You may use this bot now. Send a product link to try it; see /help.',
    stranger: (name, id) => `${name} would like to use the bot.\nID: ${id}`,
    allow: '✅ Allow',
    deny: '🚫 Deny',
    onlyPrivate: 'Ask for that in a private chat.',
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
      `This bot is open to authorised users only.\nYour ID: ${id}${chatId === undefined ? '' : `\nThis chat: ${chatId}`}\nSend it to the administrator.`,
    staleButton: 'This button is out of date. Send the link again.',
    notYours: 'Only the person who started this can do that.',
    refreshing: 'Refreshing…',
    upToDate: 'Already up to date',
    updated: 'Updated',
    waiting: (wait) => `⏳ Others come first; the answer takes about ${wait}.`,
    tooManyLinks: (max, more) =>
      `At most ${max} links at a time; ${formatCount(more)} more ${more === 1 ? 'was' : 'were'} left out. Put many into a file and use /batch.`,
    tooBusy: 'You still have unfinished requests. Wait for them first.',
    missed: 'The bot was away, and this message was not handled. Send it again if you still need it.',
    choosePlatform: (id) => `Which marketplace is ${id} from?`,
    sayPlatform: (example) =>
      `Which marketplace? Send the IDs with its name, such as "${example}", or many with /batch.`,
    nothingToFind: 'No product link found. Paste a link, a share text or a product ID; see /help.',
    restOfAlbum:
      'In groups the bot may see only this file of the album. Send the others one by one, each with /batch.',
    notAFile:
      'Put the IDs or links into a txt, csv, xlsx or jsonl file and send it as a file, not as a picture.',
    dailyCallsUsed: (limit) => `You have used your ${countOf(limit, 'call')} for today. Come back tomorrow.`,
    failed: 'Something went wrong in the bot; it has been logged. Try again later.',
    languageSet: 'All right, English from now on.',
    chooseLanguage: '选择语言 / Choose a language',
  },
};
