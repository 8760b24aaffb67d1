import { InlineKeyboard } from 'grammy';
import { findMarketplace } from '../../core/index.js';
import { addButton } from '../cards/card-keyboard.js';
import type { Texts } from '../locales/index.js';
import { addChoices } from './batch-choices.js';
import { FORMATS } from './batch-entry.js';
import type { Offer } from './batch-offers.js';
import type { BatchParts } from './batch-parts.js';
import type { ProgressView } from './progress-message.js';

/** Formats, begin, cancel, and other ways to read the list. */
export function createOfferKeyboard(offer: Offer, texts: Texts): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  const { id, format } = offer;
  FORMATS.forEach((one, index) => {
    addButton(keyboard, one === format ? `✅ ${one}` : one, 'offerFormat', id, index);
  });
  keyboard.row();
  addButton(keyboard, texts.buttons.start, 'offerStart', id);
  addButton(keyboard, texts.buttons.cancel, 'offerCancel', id);
  return addChoices(keyboard, offer, texts);
}

/** What is offered; with several readings, first which one is meant. */
export function renderOffer(
  made: Offer,
  { core, scheduler }: Pick<BatchParts, 'core' | 'scheduler'>,
  texts: Texts,
): ProgressView {
  const { id, proposals } = made;
  const [only, ...others] = proposals;
  if (only && others.length === 0) {
    return { text: only.describe(scheduler.countAhead()), keyboard: createOfferKeyboard(made, texts) };
  }
  const keyboard = new InlineKeyboard();
  proposals.forEach(({ platform, total }, index) => {
    const marketplace = findMarketplace(platform, core.marketplaces);
    const { batch, nameOf } = texts;
    const words = marketplace
      ? batch.platformChoice(nameOf(marketplace.names), total)
      : batch.onlyRecognised(total);
    addButton(keyboard, words, 'offerPick', id, index).row();
  });
  addButton(keyboard, texts.buttons.cancel, 'offerCancel', id);
  return { text: texts.batch.choosePlatform, keyboard: addChoices(keyboard, made, texts) };
}
