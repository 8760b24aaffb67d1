import { WORDS } from '../../core/index.js';
import { formatCount } from './display.js';
import type { Texts } from './zh.js';

const { money, percent, duration } = WORDS.en;

export const history: Texts['history'] = {
  howTo: (forms) => `Put a product link behind /history, such as:\n${forms}`,
  cheapestOf: (title, price) => `Cheapest in stock: ${title}, ${price}`,
};

export const watch: Texts['watch'] = {
  howTo: (link) =>
    `Put a product link behind /watch, and a target price if you like, such as:\n/watch ${link} 5000`,
  when: '🔔 When do you want to be told?',
  drop: (share) => `${percent(share * 100)} lower`,
  low: '90-day low',
  askPrice: 'Enter a price',
  replyWithPrice: 'Reply to this message with your target price, such as 5000. Product: ',
  notAPrice: "That isn't a price. Reply with an amount such as 5000, ¥4,999 or 5k.",
  onlyAdmins:
    'In groups only administrators can set price alerts. Set your own in a private chat with the bot.',
  tooMany: (max) =>
    `You can have ${formatCount(max)} price ${max === 1 ? 'alert' : 'alerts'}. Stop some with /watches first.`,
  rule: (rule) => {
    if (rule.kind === 'below') return `alert at ${money(rule.fen)} or less`;
    if (rule.kind === 'low') return 'alert at a 90-day low';
    if (rule.kind === 'stock') return 'alert when in stock';
    return `alert when ${percent((rule.share ?? 0.02) * 100)} lower`;
  },
  made: ({ id, price, rule, everyMs }) =>
    `🔔 Price alert ${id} set · ${price === undefined ? "can't be bought now" : `now ${price}`} · ${rule} · checked about every ${duration(everyMs)}`,
  reached: "It's reached now; you'll be told when the price has risen and falls again.",
  lowest: (price) => `Lowest in 90 days: ${price}.`,
  sure: (target) => `Yes, ${target}`,
  farBelow: (target, price) =>
    `Your target ${target} is under 30% of the current price (${price}). Is it right?`,
  which: (count) => `🔔 ${formatCount(count)} products: an alert for each, or one for the cheapest?`,
  each: 'Each',
  cheapest: 'The cheapest',
  groupOf: (count) => `The cheapest of ${formatCount(count)} products counts.`,
  paid: 'Each check uses one paid lookup.',
  doubtful: (count) =>
    `⚠️ In the last 7 days ${formatCount(count)} ${count === 1 ? 'alert' : 'alerts'} may not have arrived; nothing is sent twice.`,
  none: 'No price alerts yet. Send /watch and a product link, or press "Price alert" under a card.',
  list: (count) => `🔔 Your price alerts (${formatCount(count)})`,
  muted: '💤 muted',
  gone: "There's no such alert: it has been stopped, or somebody else set it.",
  removed: 'Alert stopped',
  silenced: 'Muted for 7 days',
  alerts: {
    lost: '⚠️ No price found for three days; checked once a day from now on',
    below: (price, target) => `📉 ${price}, not above your ${target}`,
    drop: (price, was) => `📉 ${price}, down from ${was}`,
    low: (price) => `📉 ${price}, a 90-day low`,
    stock: (price) => `📦 Back in stock, ${price}`,
  },
  was: (price) => `Before: ${price}`,
  digest: (count) => `📉 ${formatCount(count)} price alerts`,
};
