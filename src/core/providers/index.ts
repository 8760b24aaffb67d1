import type { Marketplace } from '../marketplace.js';
import type { Provider } from '../provider.js';
import { jdOpen } from './jd-open/index.js';
import { jdUnion } from './jd-union/index.js';
import { otherMarketplaces } from './others/links.js';
import { pddDdk } from './pdd-ddk/index.js';
import { pddJumdata } from './pdd-jumdata/index.js';
import { taobaoDataoke } from './taobao-dataoke/index.js';
import { taobaoTbk } from './taobao-tbk/index.js';

/** Every provider, in the order in which they are preferred. A new one is one line here. */
export const providers: readonly Provider[] = [jdUnion, jdOpen, pddDdk, pddJumdata, taobaoTbk, taobaoDataoke];

/** What links are recognised as: the providers' marketplaces, then those that are only recognised. */
export const marketplaces: readonly Marketplace[] = [
  ...new Set(providers.map(({ marketplace }) => marketplace)),
  ...otherMarketplaces,
];
