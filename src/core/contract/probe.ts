import type { Marketplace } from '../marketplace.js';
import { say } from '../words/doctor.js';
import type { TokenSource } from './call.js';
import type { Connection, Probe } from './connection.js';

/** Whether the credentials bring an access token. */
export function createTokenProbe(token: TokenSource): Probe {
  const run: Probe['run'] = async (options) => {
    await token.get(options);
    return say((words) => words.obtained);
  };
  return { name: say(({ probes }) => probes.accessToken), cost: 'nothing', run };
}

/** Looks up the id that stands as an example in the marketplace's own documents. */
export function createProductProbe(
  { ids }: Marketplace,
  getProduct: Connection['getProduct'],
  cost: Probe['cost'],
): Probe {
  const run: Probe['run'] = async (options) => {
    const { title, id } = await getProduct({ id: ids[0]?.example ?? '' }, 'summary', options);
    return say(({ answeredWith }) => answeredWith(title ?? id));
  };
  return { name: say(({ probes }) => probes.oneProduct), cost, run };
}
