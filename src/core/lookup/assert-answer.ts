import { ResponseError } from '../errors.js';
import type { ProductFacts } from '../product/product.js';
import type { ProductId } from '../provider.js';
import type { Upstream } from './upstream.js';

/** What stands in facts whatever the upstream says: the id, which may be the one asked for, and words of our own. */
const OWN_FIELDS = ['id', 'idType', 'notes', 'incomplete', 'raw'];
/** What may be left when the names of all else have changed: nobody asks for a picture or a badge alone. */
const TRIMMINGS = [
  'image',
  'images',
  'detailImages',
  'video',
  'promotions',
  'activities',
  'service',
  'delivery',
];
const TELLS_NOTHING: ReadonlySet<string> = new Set([...OWN_FIELDS, ...TRIMMINGS]);

/**
 * Refuses facts that answer another question, and facts that say nothing: either would be believed, kept and shown as
 * the price of the product that was asked for.
 * @throws ResponseError
 */
export function assertAnswer(
  { provider, connection }: Upstream,
  asked: ProductId,
  facts: ProductFacts,
): void {
  const isOther = facts.id !== asked.id && facts.idType === asked.idType;
  if (isOther && !connection.isSameProduct?.(asked, facts)) {
    throw new ResponseError(
      `${provider.names.en} was asked for ${asked.id} and answered about ${facts.id.slice(0, 64)}. Its answer was not used; repeating will not help.`,
      { code: 'other_product' },
    );
  }
  if (!saysSomething(facts)) {
    throw new ResponseError(
      `${provider.names.en} answered, but nothing in the answer could be read: its interface has changed, or its settings name another one. Report it with what "bijia doctor --record" keeps.`,
      { code: 'interface_changed' },
    );
  }
}

function saysSomething(facts: ProductFacts): boolean {
  return Object.entries(facts).some(([name, value]) => !TELLS_NOTHING.has(name) && !isNothing(value));
}

/** Yes and no are badges: the seller is the marketplace itself, a subsidy is in the price. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === 'unknown' || typeof value === 'boolean') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(isNothing);
}
