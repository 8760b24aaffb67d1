import type { Marketplace } from '../marketplace.js';
import type { TokenSource } from './call.js';
import type { Connection, Probe } from './connection.js';

/** Whether the credentials bring an access token. */
export function createTokenProbe(token: TokenSource): Probe {
  const run: Probe['run'] = async (options) => {
    await token.get(options);
    return 'obtained';
  };
  return { name: 'access token', cost: 'nothing', run };
}

/** Looks up the id that stands as an example in the marketplace's own documents. */
export function createProductProbe(
  { ids }: Marketplace,
  getProduct: Connection['getProduct'],
  cost: Probe['cost'],
): Probe {
  const run: Probe['run'] = async (options) => {
    const { title, id } = await getProduct({ id: ids[0]?.example ?? '' }, 'summary', options);
    return `answered with "${title ?? id}"`;
  };
  return { name: 'one product', cost, run };
}
