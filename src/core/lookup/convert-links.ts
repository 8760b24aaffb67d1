import { type BijiaError, NotFoundError, toBijiaError } from '../errors.js';
import { parsePlacedRefs } from '../links/link-parser.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import type { Marketplace } from '../marketplace.js';
import type { Ref } from '../product/product.js';
import type { GetOptions } from './look-up.js';
import type { Upstream } from './upstream.js';
import type { GetUpstream } from './upstream-finder.js';

export interface ConvertOptions extends Pick<GetOptions, 'signal' | 'onWait' | 'onPermit'> {
  /** The operator's own mark in each link, where the upstream has one. */
  readonly subId?: string;
}

/** A product link of the text, and the operator's own in its place. */
export interface ConvertedLink {
  readonly link: string;
  readonly platform: string;
  readonly id: string;
  readonly promotionLink: string;
  /** The upstream took no mark. */
  readonly withoutSubId?: boolean;
}

/** One that stays as it is, and why. */
export interface UnconvertedLink {
  readonly link: string;
  readonly platform: string;
  readonly error: BijiaError;
}

export interface ConvertedText {
  readonly text: string;
  readonly converted: readonly ConvertedLink[];
  readonly failed: readonly UnconvertedLink[];
  readonly sandbox?: boolean;
}

/**
 * The same text with every product link replaced by the operator's own promotion link (转链). What cannot be replaced
 * stays and is listed; links of shops and other pages stay. What is invisible in the text goes.
 */
export type ConvertLinks = (text: string, options?: ConvertOptions) => Promise<ConvertedText>;

export interface ConvertParts {
  readonly marketplaces: readonly Marketplace[];
  readonly getUpstream: GetUpstream;
  readonly shortLinks: ShortLinkOpener;
}

type Outcome = ConvertedLink | UnconvertedLink;

export function createLinkConverter(parts: ConvertParts): ConvertLinks {
  return async (given, options = {}) => {
    const { text, refs } = parsePlacedRefs(given, parts.marketplaces);
    const wanted = refs.filter(({ ref }) => ref.kind === 'product' || ref.kind === 'short');
    const upstreams = new Set<Upstream>();
    const asked = new Map<string, Promise<Outcome>>();
    const outcomes = await Promise.all(
      wanted.map(({ ref, start, end }) => {
        const key = `${ref.platform} ${ref.idType ?? ''} ${ref.id ?? ref.url}`;
        const link = text.slice(start, end);
        const outcome = asked.get(key) ?? convert(parts, { ref, link }, options, upstreams);
        asked.set(key, outcome);
        return outcome;
      }),
    );
    let [made, last] = ['', 0];
    for (const [at, { start, end }] of wanted.entries()) {
      const outcome = outcomes[at];
      const isConverted = outcome !== undefined && 'promotionLink' in outcome;
      made += text.slice(last, start) + (isConverted ? outcome.promotionLink : text.slice(start, end));
      last = end;
    }
    const each = [...new Set(outcomes)];
    return {
      text: made + text.slice(last),
      converted: each.filter((one) => 'promotionLink' in one),
      failed: each.filter((one) => 'error' in one),
      sandbox: [...upstreams].some(({ isSandbox }) => isSandbox) || undefined,
    };
  };
}

async function convert(
  { getUpstream, shortLinks }: ConvertParts,
  { ref, link }: { readonly ref: Ref; readonly link: string },
  options: ConvertOptions,
  upstreams: Set<Upstream>,
): Promise<Outcome> {
  try {
    const { platform, id, idType, url } =
      ref.kind === 'short' ? await shortLinks.open(ref, { signal: options.signal }) : ref;
    if (id === null)
      throw new NotFoundError('This link leads to no product.', { code: 'no_product_in_link' });
    const upstream = getUpstream(platform, { capability: 'link', idType });
    upstreams.add(upstream);
    const made = await upstream.connection.getPromotionLink?.(
      { id, idType, url },
      { ...options, lane: 'interactive' },
    );
    if (!made) throw new NotFoundError('No promotion link was made.', { code: 'no_promotion_link' });
    const { url: promotionLink, withoutSubId } = made;
    return { link, platform, id, promotionLink, ...(withoutSubId && { withoutSubId }) };
  } catch (thrown) {
    return { link, platform: ref.platform, error: toBijiaError(thrown) };
  }
}
