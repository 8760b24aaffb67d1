import { FormattedString } from '@grammyjs/parse-mode';
import { InlineKeyboard } from 'grammy';
import { type Alert, findMarketplace, type Marketplace, type PriceHistory, WORDS } from '../../core/index.js';
import { formatSubject } from '../cards/button-data.js';
import { keepHttps } from '../cards/card.js';
import { addButton } from '../cards/card-keyboard.js';
import { fitLines, joinParts, MAX_TEXT, plain, type Rich } from '../cards/card-view.js';
import { cutText, defuse, type Locale } from '../locales/display.js';
import { TEXTS } from '../locales/index.js';

const TITLE_LENGTH = 60;

/** `¥4,899（券后）` */
export function formatPriceOf({ fen, kind }: NonNullable<Alert['price']>, locale: Locale): string {
  const { money, priceKinds, inParentheses } = WORDS[locale];
  return `${money(fen)}${inParentheses(priceKinds[kind])}`;
}

/** One alert, with what is known of the price before. */
export function renderAlert(alert: Alert, history: PriceHistory['history'], locale: Locale): Rich {
  const { watch, card } = TEXTS[locale];
  const { money, history: words } = WORDS[locale];
  const { wasFen, sandbox } = alert;
  return joinParts(
    [
      FormattedString.bold(describeReason(alert, locale)),
      linkTitle(alert, locale),
      alert.reason === 'drop' || wasFen === undefined ? undefined : watch.was(money(wasFen)),
      history && words.verdict(history),
      sandbox ? card.sandbox : undefined,
    ],
    '\n',
  );
}

/** Many alerts at once, each in a line. */
export function renderDigest(alerts: readonly Alert[], locale: Locale): Rich {
  const { watch, card } = TEXTS[locale];
  const isMadeUp = alerts.some(({ sandbox }) => sandbox);
  const lines = alerts.map((alert) =>
    joinParts([describeReason(alert, locale), linkTitle(alert, locale)], ' · '),
  );
  return fitLines(
    [
      { text: FormattedString.bold(watch.digest(alerts.length)), rank: 0 },
      ...lines.map((text) => ({ text, rank: 1 })),
      { text: isMadeUp ? plain(card.sandbox) : undefined, rank: 0 },
    ],
    MAX_TEXT,
  );
}

function describeReason({ reason, price, targetFen, wasFen }: Alert, locale: Locale): string {
  const { alerts } = TEXTS[locale].watch;
  const { money } = WORDS[locale];
  if (!price) return alerts.lost;
  const shown = formatPriceOf(price, locale);
  if (reason === 'below') return alerts.below(shown, money(targetFen ?? price.fen));
  if (reason === 'drop' && wasFen !== undefined) return alerts.drop(shown, money(wasFen));
  return reason === 'stock' ? alerts.stock(shown) : alerts.low(shown);
}

/** Inside a link Telegram finds no mentions. */
function linkTitle({ title, productId, url }: Alert, locale: Locale): Rich | string {
  const text = cutText(title ?? `${TEXTS[locale].card.id} ${productId}`, TITLE_LENGTH);
  const address = keepHttps(url);
  return address ? FormattedString.link(text, address) : defuse(text);
}

/** Open the page, see the history, stop, mute. */
export function createAlertKeyboard(
  { platform, productId, watchId, url }: Alert,
  marketplaces: readonly Marketplace[],
  locale: Locale,
): InlineKeyboard {
  const { buttons, nameOf } = TEXTS[locale];
  const keyboard = new InlineKeyboard();
  const marketplace = findMarketplace(platform, marketplaces);
  const address = keepHttps(url);
  if (address && marketplace) keyboard.url(buttons.open(nameOf(marketplace.names)), address);
  addButton(keyboard, buttons.history, 'history', formatSubject({ platform, id: productId })).row();
  addButton(keyboard, buttons.unwatch, 'unwatch', watchId);
  return addButton(keyboard, buttons.mute, 'watchMute', watchId);
}
