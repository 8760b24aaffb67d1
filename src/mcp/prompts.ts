import { InputError } from '../core/index.js';
import { cutText } from './answers/cut-text.js';
import type { Complete } from './resource.js';

/** A prompt is data plus the text that it becomes. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly argument: { readonly name: string; readonly description: string };
  readonly write: (given: string) => string;
  /** Values of its argument to begin with. */
  readonly complete: Complete;
}

/** A link of each marketplace, as its products have them. */
const exampleLinks: Complete = ({ core }) =>
  core.marketplaces.flatMap(({ ids: [id], productUrl }) => (id && productUrl(id.example)) ?? []);

const MAX_ARGUMENT = 20_000;

/** All prompts, in the order in which clients see them. */
export const PROMPTS: readonly Prompt[] = [
  {
    name: 'compare_products',
    title: 'Compare products',
    description:
      'Compares products that you say are the same: price and whether it is a good one, stock, sales, shop',
    argument: { name: 'products', description: 'Links, share texts or ids, one per line' },
    complete: exampleLinks,
    write: (given) =>
      'Get these products with one call of batch_products, and ask price_history about each. Compare them in a table: ' +
      'price with its kind, verdict with the number of days it rests on, stock, sales with their period, shop. I say ' +
      'that they are the same or may replace each other; if titles or variants say otherwise, tell me. Prices of ' +
      'different kinds are not the same thing: a group price needs a second buyer, a coupon has to be claimed. Name what ' +
      'is unknown. End with the cheapest that can be bought now, and when the prices were fetched.' +
      `\n\n${given}`,
  },
  {
    name: 'check_price',
    title: 'Check a price',
    description: 'What a product costs now, and which kind of price that is',
    argument: { name: 'product', description: 'Link, share text or id' },
    complete: exampleLinks,
    write: (given) =>
      'Get this product with get_product and tell me in a few lines: what I would pay now and which kind of price ' +
      'that is, the other known prices, sales, stock, shop, and when it was fetched. Mention the notes.' +
      `\n\n${given}`,
  },
];

/** The prompt as `prompts/list` shows it. */
export function formatPrompt({ name, title, description, argument }: Prompt) {
  return { name, title, description, arguments: [{ ...argument, required: true }] };
}

/** @throws InputError when its argument is missing */
export function fillPrompt(
  { name, description, argument, write }: Prompt,
  given: Readonly<Record<string, string>>,
) {
  const value = given[argument.name]?.trim();
  if (!value) throw new InputError(`The prompt ${name} needs "${argument.name}".`);
  const text = write(cutText(value, MAX_ARGUMENT));
  return { description, messages: [{ role: 'user', content: { type: 'text', text } }] };
}
