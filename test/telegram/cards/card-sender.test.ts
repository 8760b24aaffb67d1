import { FormattedString } from '@grammyjs/parse-mode';
import { type Api, GrammyError, InlineKeyboard, InputFile } from 'grammy';
import { describe, expect, it } from 'vitest';
import { createCardSender } from '../../../src/telegram/cards/card-sender.js';
import { MARKETPLACES } from '../../helpers/telegram/products.js';

const IMAGE = 'https://a.img.example/1.jpg';
const card = {
  text: new FormattedString('text'),
  keyboard: new InlineKeyboard(),
  image: IMAGE,
  marketplace: MARKETPLACES[0],
};

/** Telegram with a mind of its own about photos. */
function open(
  refuse: (photo: unknown) => string | undefined,
  image: Buffer | null = Buffer.from('ffd8ff', 'hex'),
) {
  const calls: string[] = [];
  const name = (photo: unknown) => (photo instanceof InputFile ? 'upload' : String(photo));
  const api = {
    sendPhoto: async (_chat: number, photo: unknown) => {
      calls.push(name(photo));
      const words = refuse(photo);
      if (words) {
        const code = words.startsWith('Forbidden') ? 403 : 400;
        throw new GrammyError('no', { ok: false, error_code: code, description: words }, 'sendPhoto', {});
      }
      return { photo: [{ file_id: 'small' }, { file_id: 'FILE' }] };
    },
    sendMessage: async () => {
      calls.push('text');
      return {};
    },
  } as unknown as Api;
  let downloads = 0;
  const sender = createCardSender(api, {
    find: async () => {
      downloads += 1;
      return image ?? undefined;
    },
  });
  return { send: () => sender.send({ chatId: 1 }, card), calls, downloads: () => downloads };
}

describe('a card with a picture', () => {
  it('goes by address first, and by Telegram’s own id from then on', async () => {
    const { send, calls } = open(() => undefined);
    await send();
    await send();
    expect(calls).toEqual([IMAGE, 'FILE']);
  });

  it('is uploaded when Telegram refuses the address', async () => {
    const { send, calls, downloads } = open((photo) =>
      photo === IMAGE ? 'failed to get HTTP URL content' : undefined,
    );
    await send();
    await send();
    expect(calls).toEqual([IMAGE, 'upload', 'FILE']);
    expect(downloads()).toBe(1);
  });

  it('becomes text when that is refused too, or there is nothing to upload, and stays so for a while', async () => {
    const refused = open(() => 'IMAGE_PROCESS_FAILED');
    await refused.send();
    await refused.send();
    expect(refused.calls).toEqual([IMAGE, 'upload', 'text', 'text']);
    const none = open(() => 'wrong file identifier/HTTP URL specified', null);
    await none.send();
    expect(none.calls).toEqual([IMAGE, 'text']);
  });

  it('goes by address again when Telegram has forgotten its id', async () => {
    let isForgotten = false;
    const { send, calls } = open((photo) =>
      isForgotten && photo === 'FILE' ? 'wrong remote file identifier' : undefined,
    );
    await send();
    isForgotten = true;
    await send();
    expect(calls).toEqual([IMAGE, 'FILE', IMAGE]);
  });

  it('is not tried in other ways when the chat is gone', async () => {
    const { send, calls } = open(() => 'Forbidden: bot was blocked by the user');
    await expect(send()).rejects.toThrow('blocked');
    expect(calls).toEqual([IMAGE]);
  });
});
