import { formatCount } from './display.js';
import { countOf } from './en-count.js';
import type { Texts } from './zh.js';

const comeFirst = (ahead: number) =>
  `${countOf(ahead, 'batch', 'batches')} ${ahead === 1 ? 'comes' : 'come'} first`;

export const batch: Texts['batch'] = {
  howTo: (max) =>
    `Put product IDs or links into a file (txt, csv, xlsx, jsonl; one per line) and send it with the caption /batch; in a private chat the file is enough. Or reply /batch to a file.\nAt most ${countOf(max, 'product')} at a time.`,
  reading: (name) => `📥 Reading ${name} …`,
  pastedList: (lines) => `pasted list (${countOf(lines, 'line')})`,
  unnamedFile: 'file',
  wrongKind: 'Only txt, csv, tsv, json, jsonl, html and xlsx files can be read.',
  tooLarge: (max) => `The file is too large: ${max} at most for this kind. Split it.`,
  notDownloaded: 'The file could not be downloaded. Send it again.',
  unreadable: 'The list cannot be read:',
  nothingInside:
    'No product IDs or links were found in the file. Put one on each line, or name the column id or url.',
  tooMany: (count, max) =>
    `At most ${countOf(max, 'product')} at a time; the file has ${formatCount(count)}. Split it.`,
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
    rounded_id: 'the spreadsheet rounded the ID; format the column as text and enter it again',
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
  begun: 'Started',
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
    state_unreachable: "The bot's database can't be reached; paused. Press Continue in a while.",
    state_refused: "The bot's database refuses its work; paused. Tell the administrator.",
    state_full: "The disk of the bot's database is full; paused. Tell the administrator.",
    state_slow: "The bot's database is too slow; paused. Tell the administrator.",
    state_clock: "The clock of the bot's database isn't steady; paused. Press Continue in a while.",
    chat_gone: 'The chat is gone; the batch is paused.',
    no_such_job: "This batch's data was deleted. Send the file again.",
  },
  sending: 'Sending…',
  unknownDelivery: (id) =>
    `The result of ${id} may have been sent, or may not: the connection broke. If it did not arrive, press the button.`,
  notDelivered: (id) => `The result of ${id} could not be sent. Try again with the button.`,
  noJobs: 'No batches in the last 7 days. Send a file to begin; see /batch.',
  jobs: 'Batches of the last 7 days:',
  phases: { queued: 'waiting', running: 'running', ended: 'ended' },
};
