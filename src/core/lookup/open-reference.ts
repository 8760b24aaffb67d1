import { NotFoundError, UnsupportedError } from '../errors.js';
import { parseId } from '../links/link-parser.js';
import { getMarketplace } from '../links/reference.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import type { Marketplace } from '../marketplace.js';
import type { Ref } from '../product/product.js';
import type { OpenedText } from '../provider.js';
import type { Upstream } from './upstream.js';

/** The upstreams that open share codes and links that say nothing by themselves. */
export const listTextOpeners = (upstreams: readonly Upstream[]): Upstream[] =>
  upstreams.filter(({ connection }) => connection.openText !== undefined);

/** An upstream of the marketplace itself comes first. */
function listOpenersOf({ platform }: Ref, upstreams: readonly Upstream[]): Upstream[] {
  const openers = listTextOpeners(upstreams);
  const isOwn = ({ provider }: Upstream) => provider.marketplace.id === platform;
  return [...openers.filter(isOwn), ...openers.filter((one) => !isOwn(one))];
}

/**
 * Asks one after the other: what one does not know may be another marketplace's.
 * @throws what the first one says, where none opens it
 */
async function openByFirst(
  [opener, ...others]: readonly Upstream[],
  ref: Ref,
  signal: AbortSignal | undefined,
): Promise<OpenedText | undefined> {
  try {
    return await opener?.connection.openText?.(ref.url, { lane: 'interactive', signal });
  } catch (error) {
    if (!(error instanceof NotFoundError) || others.length === 0) throw error;
    return openByFirst(others, ref, signal).catch((later: unknown) => {
      throw later instanceof NotFoundError ? error : later;
    });
  }
}

/**
 * Opens short links as ever, and by an upstream what only an upstream can open: share codes, and short links that are only
 * recognised. The code or link alone is sent.
 */
export function createReferenceOpener(
  shortLinks: ShortLinkOpener,
  upstreams: readonly Upstream[],
  marketplaces: readonly Marketplace[],
): ShortLinkOpener {
  const openByUpstream = async (ref: Ref, signal: AbortSignal | undefined): Promise<Ref | undefined> => {
    const opened = await openByFirst(listOpenersOf(ref, upstreams), ref, signal);
    if (!opened) return undefined;
    const marketplace = getMarketplace(opened.platform, marketplaces);
    const url = marketplace.productUrl(opened.id, opened.idType);
    if (opened.idType === undefined) return parseId(opened.id, marketplace);
    const { id, idType } = opened;
    return { platform: marketplace.id, kind: 'product', id, idType, url: url ?? ref.url };
  };
  return {
    open: async (ref, options = {}) => {
      if (!URL.canParse(ref.url)) {
        const opened = await openByUpstream(ref, options.signal);
        if (opened) return opened;
        throw new NotFoundError(
          'Nothing here can open this share code. Paste the link of the product instead.',
          { code: 'share_code_not_opened' },
        );
      }
      try {
        return await shortLinks.open(ref, options);
      } catch (error) {
        if (!(error instanceof UnsupportedError)) throw error;
        const opened = await openByUpstream(ref, options.signal);
        if (opened) return opened;
        throw error;
      }
    },
  };
}
