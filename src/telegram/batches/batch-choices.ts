import { InlineKeyboard } from 'grammy';
import type { InputChoice, InputReading } from '../../core/index.js';
import { addButton } from '../cards/card-keyboard.js';
import { cutText, defuse } from '../locales/display.js';
import type { Texts } from '../locales/index.js';
import type { Offer } from './batch-offers.js';
import type { ProgressView } from './progress-message.js';

/** Ways to read a list that are shown; who has more names the column in the file. */
const MAX_CHOICES = 6;
const MAX_NAME = 20;

/** The other ways to read a list, when one of them was chosen. @param earlier those of the reading before */
export function listChoices(
  reading: InputReading | undefined,
  earlier: readonly InputChoice[],
): InputChoice[] {
  if (!reading) return [];
  const current = toChoice(reading);
  // Which column of another sheet holds the products is found out by reading it.
  const known = [...reading.choices, ...earlier].map((choice) =>
    choice.sheet === current.sheet ? choice : { sheet: choice.sheet, name: choice.sheet ?? '', examples: [] },
  );
  const all = new Map(known.map((choice) => [toKey(choice), choice]));
  all.delete(toKey(current));
  return [...all.values()].slice(0, MAX_CHOICES);
}

/** How a list was read, as a choice: for the way back. */
export function toChoice({ sheet, columns }: InputReading): InputChoice {
  const [first] = columns;
  return {
    columns: columns.map(({ number }) => String(number)),
    ...(sheet !== undefined && { sheet }),
    name: first?.name ?? '',
    examples: first?.examples ?? [],
  };
}

const toKey = ({ columns, sheet }: InputChoice) => JSON.stringify([sheet, columns]);

/** A button for each other way to read the list. */
export function addChoices(
  keyboard: InlineKeyboard,
  { id, choices }: Pick<Offer, 'id' | 'choices'>,
  { batch }: Texts,
): InlineKeyboard {
  choices.forEach((choice, at) => {
    keyboard.row();
    addButton(keyboard, batch.readInstead(nameChoice(choice, batch)), 'offerRead', id, at);
  });
  return keyboard;
}

/** The question where several ways are as likely. */
export function renderQuestion(
  { id, choices }: Pick<Offer, 'id' | 'choices'>,
  { batch, buttons }: Texts,
): ProgressView {
  const keyboard = new InlineKeyboard();
  const lines = choices.map((choice, at) => {
    const name = nameChoice(choice, batch);
    addButton(keyboard, name, 'offerRead', id, at).row();
    const examples = choice.examples.map((text) => defuse(cutText(text, 40)));
    return examples.length > 0 ? `${defuse(name)}${batch.examples(examples)}` : '';
  });
  addButton(keyboard, buttons.cancel, 'offerCancel', id);
  return { text: [batch.whichColumn, ...lines].filter(Boolean).join('\n'), keyboard };
}

function nameChoice({ columns, sheet, name }: InputChoice, { column, sheetName }: Texts['batch']): string {
  const [number] = columns ?? [];
  return number === undefined
    ? sheetName(cutText(sheet ?? '', MAX_NAME))
    : column(cutText(name, MAX_NAME), number);
}
