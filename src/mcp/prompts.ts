import { InputError } from '../core/index.js';
import { cutText } from './answers/cut-text.js';

interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly argument: { readonly name: string; readonly description: string };
  readonly write: (given: string) => string;
}

const MAX_ARGUMENT = 20_000;

const PROMPTS: readonly Prompt[] = [
  {
    name: 'compare_products',
    title: 'Compare products',
    description: 'Compares two or more products by price, sales, reviews and shop',
    argument: { name: 'products', description: 'Links, share texts or ids, one per line' },
    write: (given) =>
      'Get these products with one call of batch_products and compare them in a table: price with its kind, sales ' +
      'with their period, stock, shop. Name what is unknown. Say which is the best buy and why, and when the prices ' +
      `were fetched.\n\n${given}`,
  },
  {
    name: 'check_price',
    title: 'Check a price',
    description: 'What a product costs now, and which kind of price that is',
    argument: { name: 'product', description: 'Link, share text or id' },
    write: (given) =>
      'Get this product with get_product and tell me in a few lines: what I would pay now and which kind of price ' +
      'that is, the other known prices, sales, stock, shop, and when it was fetched. Mention the notes.' +
      `\n\n${given}`,
  },
];

/** As `prompts/list` shows them. */
export function listPrompts() {
  return PROMPTS.map(({ name, title, description, argument }) => ({
    name,
    title,
    description,
    arguments: [{ ...argument, required: true }],
  }));
}

/** @throws InputError when there is no such prompt, or its argument is missing */
export function getPrompt(name: string, given: Readonly<Record<string, string>>) {
  const prompt = PROMPTS.find((one) => one.name === name);
  if (!prompt) {
    throw new InputError(
      `There is no prompt "${cutText(name, 40)}". Known: ${PROMPTS.map((one) => one.name).join(', ')}.`,
    );
  }
  const value = given[prompt.argument.name]?.trim();
  if (!value) throw new InputError(`The prompt ${name} needs "${prompt.argument.name}".`);
  const text = prompt.write(cutText(value, MAX_ARGUMENT));
  return {
    description: prompt.description,
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
  };
}
