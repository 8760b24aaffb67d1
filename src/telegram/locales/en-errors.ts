import { type ErrorWords, HISTORY_FAULTS } from './error-words.js';

/** What the people who did not act can do about an error, by its code or else its outcome. */
export const errors: ErrorWords = {
  not_found: () => 'Product not found; it may no longer be sold. Check the link.',
  not_recognised: () => 'No product link found. Paste a link, a share text or a product ID; see /help.',
  cannot_be_opened: () =>
    'Share codes and mini-program links open only inside their app. Open it there, copy the product link and paste that.',
  shop_link: () => 'This is a shop. Send /shop and the link to list its products.',
  shop_not_listed: () => "This is a shop, and this marketplace's shops can't be listed. Send a product link.",
  no_product_in_link: () => 'This link names no product. Open the product page and paste its link.',
  no_shop_in_link: () => "This link leads to no shop. Open the shop's page and paste its link.",
  short_link_dead: () => 'This short link is dead. Copy the product link again.',
  short_link_unsafe: () =>
    'This short link leads elsewhere and was not followed. Paste the product link itself.',
  short_link_foreign: () =>
    'This short link leads to another marketplace and was not followed. Paste the product link itself.',
  short_link_loop: () =>
    'This short link leads in circles and was not followed. Paste the product link itself.',
  short_link_closed: () => "Short links of this kind can't be opened. Paste the product link itself.",
  not_offered: () => "That isn't supported here. Send a product link.",
  links_not_offered: ({ platform }) =>
    `Promotion links of ${platform || 'this marketplace'} can't be made. The link works as it is.`,
  stale_cursor: () => 'This page is out of date. Send the shop link again.',
  daily_calls_used: () => "Today's paid lookups are used up. Try again tomorrow.",
  upstream_timeout: () => 'The marketplace took too long to answer. Try again later.',
  invalid: () => "That wasn't understood. Paste a link, a share text or a product ID; see /help.",
  unsupported: ({ supported }) => `This marketplace is not supported yet. Supported: ${supported}.`,
  not_configured: ({ platform }) =>
    `${platform || 'This marketplace'} can't be looked up now. Tell the administrator.`,
  throttled: ({ wait }) =>
    wait ? `Too many requests. Try again in ${wait}.` : 'Too many requests. Try again in a while.',
  upstream_error: () => 'The marketplace failed. Try again later.',
  cancelled: () => 'The bot is restarting and could not finish this. Send it again in a moment.',
  empty_input: () => 'The file is empty. Put one product ID or link on each line.',
  input_too_large: () => 'That is too much at once. Split it into several files.',
  wrong_file_kind: () => "This isn't a text file or table. Send txt, csv, tsv, json, jsonl, html or xlsx.",
  bad_encoding: () => 'The text encoding of the file is broken. Save it as UTF-8 and send it again.',
  line_too_long: () => 'Some line is far too long. Put one ID, link or share text on each line.',
  bad_json: () => 'The JSON file is broken. Save it again, or as jsonl or csv.',
  not_an_id: () => 'This is a bar code or another number, not a product ID. Paste a product link or ID.',
  not_a_shop_link: () => "This isn't the link of a shop. Open the shop's page and paste its link.",
  bad_shop_id: () => "This isn't the ID of a shop. Paste the shop's link.",
  open_quote: () => 'A quotation mark in the table is never closed. Fix it, or save the table as xlsx.',
  not_a_table: () => "This file isn't a comma- or tab-separated table.",
  no_column: () => 'No column with products was found. Name it id, sku, goods_id or url.',
  ambiguous_columns: () => 'Several columns look like products. Name the right one id or url.',
  workbook_too_costly: () =>
    'The workbook is too large to open. Keep one sheet with one column, or save it as csv.',
  workbook_broken: () => 'The workbook is damaged. Save it again as xlsx or csv.',
  no_words: () => 'Write what to search for.',
  too_many_words: () => 'Too long: search for at most 100 characters. The name of the product is enough.',
  wrong_cursor: () => 'This search is too old. Search again.',
  no_history: () => 'No price of this product has been seen yet. Look it up once; its history begins then.',
  ...Object.fromEntries(
    HISTORY_FAULTS.map((code) => [
      code,
      () => "Price history and alerts aren't set up. Tell the administrator.",
    ]),
  ),
  paid_watch: () => "Lookups there cost money; price alerts aren't set up for it.",
  too_many_watches: () => 'There are too many price alerts to check. Remove some first.',
  state_unreachable: () => "The bot's database can't be reached. Try again in a moment.",
  state_refused: () => "The bot's database refuses its work. Tell the administrator.",
  state_full: () => "The disk of the bot's database is full. Tell the administrator.",
  state_slow: () => "The bot's database is too slow. Tell the administrator.",
  state_clock: () => "The clock of the bot's database isn't steady. Try again in a moment.",
  internal_error: () => 'Something went wrong in the bot; it has been logged. Try again later.',
};
