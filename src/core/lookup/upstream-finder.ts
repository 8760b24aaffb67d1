import { type Config, isSandbox, listSupported } from '../config.js';
import { InputError, UnsupportedError } from '../errors.js';
import { createNotConfiguredError, createUnsupportedError } from '../links/reference.js';
import type { Marketplace } from '../marketplace.js';
import type { Capability, Connection, Provider } from '../provider.js';
import type { Bilingual } from '../words/bilingual.js';
import type { Upstream } from './upstream.js';

export interface UpstreamQuery {
  /** Provider id that was asked for. */
  readonly source?: string;
  readonly capability?: Capability;
  /** The kind of id that is asked about: the first upstream that accepts it answers. */
  readonly idType?: string;
}

/**
 * The provider asked for, else the first configured one, in registry order, that can answer.
 * @throws ConfigError, UnsupportedError, InputError, each saying what to do
 */
export type ChooseUpstream = (marketplace: Marketplace, query?: UpstreamQuery) => Upstream;

/** The same, by the id of a marketplace or its name. */
export type GetUpstream = (platform: string, query?: UpstreamQuery) => Upstream;

export function createUpstreamFinder(config: Config, upstreams: readonly Upstream[]): ChooseUpstream {
  return (marketplace, { source: wanted, capability = 'product', idType } = {}) => {
    const candidates = config.providers.filter(
      (one) => one.marketplace === marketplace && (!wanted || one.id === wanted),
    );
    if (candidates.length === 0) throw createNoProviderError(marketplace, wanted, config);
    const able = candidates.filter((one) => one.capabilities.includes(capability));
    if (able.length === 0) throw createNotOfferedError(marketplace, capability, candidates);
    const configured = upstreams.filter((upstream) => able.includes(upstream.provider));
    const present = configured.filter(({ connection }) => offers(connection, capability));
    if (configured.length > 0 && present.length === 0) {
      throw createNotOfferedError(marketplace, capability, candidates);
    }
    // Where none accepts such an id, the first one says best what to paste instead.
    const found = present.find(({ connection }) => connection.accepts?.(idType) !== false) ?? present[0];
    if (found) return found;
    const isKnown = upstreams.some(({ provider }) => provider.marketplace === marketplace);
    throw createNotConfiguredError(
      // Where another provider of the marketplace is configured, the marketplace is not what lacks it.
      isKnown ? able.map(({ names }) => names) : [marketplace.names],
      config.unconfigured.filter(({ provider }) => able.includes(provider)),
      isSandbox(config),
    );
  };
}

/** What a provider can do may depend on how it is configured. */
function offers(connection: Connection, capability: Capability): boolean {
  if (capability === 'shop') return connection.getShopPage !== undefined;
  if (capability === 'search') return connection.search !== undefined;
  if (capability === 'link') return connection.getPromotionLink !== undefined;
  return capability !== 'text' || connection.openText !== undefined;
}

function createNoProviderError(
  marketplace: Marketplace,
  wanted: string | undefined,
  config: Config,
): UnsupportedError | InputError {
  const known = config.providers.filter((one) => one.marketplace === marketplace).map(({ id }) => id);
  if (wanted && known.length > 0) {
    return new InputError(
      `${marketplace.names.en} has no provider called "${wanted.slice(0, 40)}". Choose one of: ${known.join(', ')}.`,
      { code: 'no_such_source', facts: { given: wanted.slice(0, 40), known: known.join('、') } },
    );
  }
  return createUnsupportedError(marketplace, listSupported(config));
}

const CAPABILITY_NAMES: Readonly<Record<Capability, Bilingual>> = {
  product: { en: 'Looking up a product', zh: '查商品' },
  shop: { en: 'Listing a shop', zh: '列出店铺' },
  search: { en: 'Searching', zh: '搜索' },
  text: { en: 'Opening a share code', zh: '打开口令' },
  link: { en: 'Making a promotion link', zh: '转链' },
};

const NOT_OFFERED: Bilingual = { en: 'The interface does not offer it.', zh: '接口没有这个功能。' };

function createNotOfferedError(
  marketplace: Marketplace,
  capability: Capability,
  candidates: readonly Provider[],
): UnsupportedError {
  const why = candidates.flatMap(({ whyNot }) => whyNot?.[capability] ?? [])[0] ?? NOT_OFFERED;
  const { en, zh } = CAPABILITY_NAMES[capability];
  return new UnsupportedError(`${en} is not available for ${marketplace.names.en}. ${why.en}`, {
    code: capability === 'link' ? 'links_not_offered' : 'not_offered',
    facts: { what: zh, platform: marketplace.names.zh, why: why.zh },
  });
}
