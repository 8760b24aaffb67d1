import { Composer, InlineKeyboard } from 'grammy';
import { type BotContext, type BotParts, respond } from '../bot-context.js';
import { parseButton } from '../cards/button-data.js';
import { addButton } from '../cards/card-keyboard.js';
import { isLocale, LOCALES, TEXTS } from '../locales/index.js';

/** `/lang`: the language of everything said to one user. */
export function createLanguageFeature({ languages, api }: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();

  feature.command('lang', async (ctx) => {
    const keyboard = new InlineKeyboard();
    for (const locale of LOCALES) addButton(keyboard, TEXTS[locale].languageName, 'language', locale);
    await respond(ctx, api, ctx.texts.notices.chooseLanguage, keyboard);
  });

  feature.on('callback_query:data', async (ctx, next) => {
    const { op, subject } = parseButton(ctx.callbackQuery.data) ?? {};
    if (op !== 'language' || !isLocale(subject)) return next();
    await languages.choose(ctx.from.id, subject);
    await ctx.answerCallbackQuery({ text: TEXTS[subject].notices.languageSet });
  });
  return feature;
}
