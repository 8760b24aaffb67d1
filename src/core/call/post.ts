import { lookup } from 'node:dns/promises';

import { createCheckedLookup, createPublicAddressCheck } from './public-address.js';

/** Sends one POST without following redirects; its status. */
export type Post = (
  url: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  options: { readonly timeoutMs: number; readonly isPublicOnly: boolean },
) => Promise<number>;

/** Posts over a connection of its own, to where no upstream is: no proxy, no redirects, no more than the status read. */
export const post: Post = async (url, { headers, body }, { timeoutMs, isPublicOnly }) => {
  const { Agent, request } = await import('./http-client.js');
  const checked = isPublicOnly ? { lookup: createCheckedLookup(lookup, createPublicAddressCheck()) } : {};
  const dispatcher = new Agent({ connect: { timeout: timeoutMs, ...checked } });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal });
    await answer.body.dump();
    return answer.statusCode;
  } finally {
    await dispatcher.destroy();
  }
};
