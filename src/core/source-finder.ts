import { type Config, isSandbox, listSupported } from './config.js';
import { InputError, UnsupportedError } from './errors.js';
import type { Marketplace } from './marketplace.js';
import type { Provider } from './provider.js';
import { createNotConfiguredError, createUnsupportedError, findMarketplace } from './reference.js';
import type { Source } from './source.js';

export type Offer = 'product' | 'shop';

export interface SourceQuery {
  /** Provider id that was asked for. */
  readonly source?: string | undefined;
  readonly offer?: Offer | undefined;
}

/** The provider asked for, else the first configured one, in registry order, that can answer. */
export type FindSource = (platform: string, query?: SourceQuery) => Source;

/** @returns a function that throws ConfigError, UnsupportedError or InputError, each saying what to do */
export function createSourceFinder(
  config: Config,
  sources: readonly Source[],
  marketplaces: readonly Marketplace[],
): FindSource {
  return (platform, { source: wanted, offer = 'product' } = {}) => {
    const marketplace = findMarketplace(platform, marketplaces);
    const candidates = config.providers.filter(
      (one) => one.marketplace === marketplace && (!wanted || one.id === wanted),
    );
    if (candidates.length === 0) throw createNoProviderError(marketplace, wanted, config);
    const able = candidates.filter((one) => one.offers.includes(offer));
    if (able.length === 0) throw createNotOfferedError(marketplace, offer, candidates);
    const found = sources.find((source) => able.includes(source.provider));
    if (found) return found;
    throw createNotConfiguredError(
      marketplace,
      config.unconfigured.filter(({ provider }) => able.includes(provider)),
      isSandbox(config),
    );
  };
}

function createNoProviderError(
  marketplace: Marketplace,
  wanted: string | undefined,
  config: Config,
): UnsupportedError | InputError {
  const known = config.providers.filter((one) => one.marketplace === marketplace).map(({ id }) => id);
  if (wanted && known.length > 0) {
    return new InputError(
      `"${wanted.slice(0, 40)}" is no source for ${marketplace.names.en}. Known: ${known.join(', ')}.`,
    );
  }
  return createUnsupportedError(marketplace, listSupported(config));
}

function createNotOfferedError(
  marketplace: Marketplace,
  offer: Offer,
  candidates: readonly Provider[],
): UnsupportedError {
  const reason =
    candidates.flatMap(({ whyNot }) => whyNot?.[offer] ?? [])[0] ?? 'The interface does not offer it.';
  const what = offer === 'shop' ? 'Listing a shop' : 'Looking up a product';
  return new UnsupportedError(`${what} is not available for ${marketplace.names.en}. ${reason}`, {
    code: 'not_offered',
  });
}
