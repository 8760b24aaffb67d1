import type { Marketplace } from '../marketplace.js';
import type { Ref } from '../product/product.js';
import { parseRefs } from './link-parser.js';
import { isPlainLink } from './link-text.js';

/** Links to products that differ in nothing but the number in them, as the rules have read the first of them. */
interface LinkForm {
  readonly before: string;
  readonly after: string;
  /** Of the whole link, so that all numbers have as many digits. */
  readonly length: number;
  readonly ref: Ref;
  /** What stands around the number in the reference's own link; absent where that is the link as it was given. */
  readonly url?: readonly [before: string, after: string];
}

/** A list holds links of one form or of few. */
const MAX_FORMS = 16;
const NUMBER = /^[1-9]\d{3,19}$/;
const DIGIT_BEFORE = /\d$/;
const DIGIT_AFTER = /^\d/;

/**
 * Reads texts as {@link parseRefs} does, for lists: a link that differs from an earlier one only in the digits of its
 * product's number is not parsed again. No rule tells numbers of as many digits apart.
 */
export function createRefReader(marketplaces: readonly Marketplace[]): (text: string) => Ref[] {
  const forms: LinkForm[] = [];
  let found = 0;
  return (text) => {
    for (const form of forms) {
      const ref = readForm(text, form);
      if (ref) return [ref];
    }
    const refs = parseRefs(text, marketplaces);
    const form = findForm(text, refs);
    if (form) {
      forms[found % MAX_FORMS] = form;
      found += 1;
    }
    return refs;
  };
}

function readForm(text: string, { before, after, length, ref, url }: LinkForm): Ref | undefined {
  if (text.length !== length || !text.startsWith(before) || !text.endsWith(after)) return undefined;
  const id = text.slice(before.length, length - after.length);
  if (!NUMBER.test(id)) return undefined;
  return { ...ref, id, url: url ? url[0] + id + url[1] : text };
}

function findForm(text: string, refs: readonly Ref[]): LinkForm | undefined {
  const [ref, ...others] = refs;
  if (!ref || others.length > 0 || ref.kind !== 'product' || ref.id === null) return undefined;
  if (!NUMBER.test(ref.id) || !isPlainLink(text)) return undefined;
  const around = splitAround(text, ref.id);
  const url = splitAround(ref.url, ref.id);
  if (!around || !url) return undefined;
  const [before, after] = around;
  return { before, after, length: text.length, ref, ...(ref.url !== text && { url }) };
}

/** What stands before and behind a number that a link holds once. */
function splitAround(link: string, id: string): readonly [string, string] | undefined {
  const [before, after, ...more] = link.split(id);
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  return DIGIT_BEFORE.test(before) || DIGIT_AFTER.test(after) ? undefined : [before, after];
}
