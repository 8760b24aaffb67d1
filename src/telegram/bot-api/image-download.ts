import type { LookupFunction } from 'node:net';
import { type Clock, isHostOf, type Marketplace } from '../../core/index.js';
import { createTelegramHttp, openDispatcher, type Proxies, type TelegramHttp } from './telegram-http.js';

/** Telegram takes photos of up to 10 MB; product pictures have a tenth of that. */
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** JPEG, PNG, GIF, WebP (RIFF). */
const SIGNATURES = ['ffd8ff', '89504e47', '47494638', '52494646'];

export type ImageDownload = ReturnType<typeof createImageDownload>;

export function createImageDownload(
  connection: Pick<TelegramHttp, 'download'>,
  onFailure: (error: unknown) => void,
) {
  return {
    /**
     * A product's picture, where Telegram cannot load it itself. Only https from hosts the marketplace shows pictures
     * from; redirects are not followed.
     * @returns undefined when there is none to be had, whatever the reason
     */
    find: async (url: string, marketplace: Marketplace) => {
      if (!isShown(url, marketplace)) return undefined;
      try {
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const image = await connection.download(url, { maxBytes: MAX_IMAGE_BYTES, signal });
        return isImage(image) ? image : undefined;
      } catch (error) {
        onFailure(error);
        return undefined;
      }
    },
  };
}

/**
 * How pictures are fetched: names are resolved here, and private addresses refused, unless a proxy does both.
 * @param proxies those for everything but Telegram
 */
export async function createImageConnection(
  proxies: Proxies,
  lookup: LookupFunction,
  clock: Pick<Clock, 'now'>,
): Promise<TelegramHttp> {
  return createTelegramHttp(
    await openDispatcher(proxies, { connect: { lookup, timeout: TIMEOUT_MS } }),
    clock,
  );
}

function isShown(url: string, { shownHosts }: Marketplace): boolean {
  const { protocol, hostname, username, port } = new URL(url);
  return protocol === 'https:' && username === '' && port === '' && isHostOf(hostname, shownHosts);
}

function isImage(content: Buffer): boolean {
  const head = content.toString('hex', 0, 4);
  return SIGNATURES.some((signature) => head.startsWith(signature));
}
