import type { Message } from 'grammy/types';
import { LRUCache } from 'lru-cache';

/** Telegram brings the messages of an album one by one, within moments. */
const KEPT_MS = 60_000;
const MAX_ALBUMS = 1000;

interface Album {
  isMeant: boolean;
  /** What came before the message with the command. */
  readonly waiting: (() => Promise<void>)[];
}

/** Files of one album: a command under any of them means all. */
export function createAlbums() {
  const albums = new LRUCache<string, Album>({ max: MAX_ALBUMS, ttl: KEPT_MS });
  const find = ({ chat, media_group_id: id }: Message): Album | undefined => {
    if (id === undefined) return undefined;
    const key = `${chat.id} ${id}`;
    const album = albums.get(key) ?? { isMeant: false, waiting: [] };
    albums.set(key, album);
    return album;
  };
  return {
    /** @param accept is kept for when the command comes with a later one @returns whether the command came already */
    isMeant: (message: Message, accept: () => Promise<void>) => {
      const album = find(message);
      if (album && !album.isMeant) album.waiting.push(accept);
      return album?.isMeant ?? false;
    },
    /** The command came: what waited for it is accepted. */
    mean: async (message: Message) => {
      const album = find(message);
      if (!album) return;
      album.isMeant = true;
      for (const accept of album.waiting.splice(0)) await accept();
    },
  };
}
