import type { InlineKeyboardMarkup } from 'grammy/types';
import type { z } from 'zod';
import { linkProblem } from './link.js';
import type { inlineKeyboardButton, inlineKeyboardMarkup, replyMarkup } from './parameter-types.js';
import { badRequest, Violation } from './refusal.js';

export type ReplyMarkup = z.output<typeof replyMarkup>;
type InlineKeyboardInput = z.output<typeof inlineKeyboardMarkup>;
type ButtonInput = z.output<typeof inlineKeyboardButton>;

const MAX_CALLBACK_DATA_BYTES = 64;
const MAX_COPY_TEXT_LENGTH = 256;
const MAX_BUTTONS = 100;
/** More in a row are cut by the clients, and nobody could read them. */
const MAX_BUTTONS_IN_ROW = 8;
const ACTIONS = [
  'url',
  'callback_data',
  'copy_text',
  'web_app',
  'switch_inline_query',
  'switch_inline_query_current_chat',
] as const;

/**
 * Checks an inline keyboard and leaves out empty rows; a keyboard without buttons is none.
 *
 * @throws {Refusal} BUTTON_DATA_INVALID, a wrong address, a button without an action, too many buttons.
 */
export function checkInlineKeyboard(
  markup: InlineKeyboardInput | undefined,
): InlineKeyboardMarkup | undefined {
  const rows = markup?.inline_keyboard.filter((row) => row.length > 0) ?? [];
  if (rows.length === 0) return undefined;
  if (rows.flat().length > MAX_BUTTONS) throw badRequest('reply markup is too long');
  if (rows.some((row) => row.length > MAX_BUTTONS_IN_ROW)) {
    throw new Violation(`more than ${MAX_BUTTONS_IN_ROW} buttons in a row`);
  }
  for (const button of rows.flat()) checkButton(button);
  return { inline_keyboard: rows } as InlineKeyboardMarkup;
}

function checkButton(button: ButtonInput): void {
  const actions = ACTIONS.filter((action) => button[action] !== undefined && button[action] !== '');
  if (button.text === '') throw badRequest('inline keyboard button text must be non-empty');
  if (actions.length === 0) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  if (actions.length > 1) throw new Violation(`an inline button with ${actions.join(' and ')}`);
  if (Buffer.byteLength(button.callback_data ?? '') > MAX_CALLBACK_DATA_BYTES) {
    throw badRequest('BUTTON_DATA_INVALID');
  }
  const copied = button.copy_text?.text;
  if (copied !== undefined && (copied === '' || copied.length > MAX_COPY_TEXT_LENGTH)) {
    throw badRequest('BUTTON_COPY_TEXT_INVALID');
  }
  const problem = button.url === undefined ? undefined : linkProblem(button.url);
  if (problem) throw badRequest(`inline keyboard button URL '${button.url}' is invalid: ${problem}`);
}
