import type { ChatState } from '../chat-state.js';
import { formatText } from '../formatted-text.js';
import { type MessageContent, type StoredMessage, sameContent } from '../messages.js';
import type { ParametersOf } from '../method-parameters.js';
import type { RateLimit } from '../rate-limit.js';
import { badRequest } from '../refusal.js';
import { checkInlineKeyboard } from '../reply-markup.js';
import type { World } from '../world.js';
import type { Handlers } from './call.js';
import type { Media } from './media.js';
import { checkLength, MAX_CAPTION_LENGTH, MAX_TEXT_LENGTH, readCaption } from './sending.js';

export interface EditingOptions {
  readonly world: World;
  readonly media: Media;
  readonly rateLimit: RateLimit;
}

type Editing = Pick<ParametersOf<'editMessageText'>, 'chat_id' | 'message_id' | 'reply_markup'>;
type EditingMethod =
  | 'editMessageText'
  | 'editMessageCaption'
  | 'editMessageMedia'
  | 'editMessageReplyMarkup'
  | 'deleteMessage';

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
  'content and reply markup of the message';
const DELETABLE_FOR_MS = 48 * 60 * 60 * 1000;

/** An edit without `reply_markup` takes the keyboard away, as the real server does. */
export function createEditingMethods({ world, media, rateLimit }: EditingOptions): Handlers<EditingMethod> {
  const edit = (parameters: Editing, change: (message: StoredMessage) => MessageContent) => {
    const reply_markup = checkInlineKeyboard(parameters.reply_markup);
    const { chat, message } = findOwn(world, parameters);
    const content = { ...change(message), reply_markup };
    rateLimit.spend(chat);
    if (sameContent(message.json, content)) throw badRequest(NOT_MODIFIED);
    world.edit(message, content);
    return message.json;
  };

  return {
    editMessageText: (parameters) => {
      if (parameters.text === '') throw badRequest('message text is empty');
      const { parse_mode: parseMode, entities } = parameters;
      const shown = formatText({ text: parameters.text, parseMode, entities });
      return edit(parameters, ({ json }) => {
        if (json.text === undefined) throw badRequest('there is no text in the message to edit');
        if (shown.text.length > MAX_TEXT_LENGTH) throw badRequest('MESSAGE_TOO_LONG');
        return shown;
      });
    },
    editMessageCaption: (parameters) => {
      const caption = readCaption(parameters);
      return edit(parameters, ({ json }) => {
        if (json.text !== undefined) throw badRequest('there is no caption in the message to edit');
        if ((caption.caption?.length ?? 0) > MAX_CAPTION_LENGTH) throw badRequest('MEDIA_CAPTION_TOO_LONG');
        return { ...mediaOf(json), ...caption };
      });
    },
    editMessageMedia: (parameters, call) => {
      const { media: input } = parameters;
      const caption = readCaption(input);
      return edit(parameters, () => ({
        ...media.load(input.type, input.media, call),
        ...checkLength(caption),
      }));
    },
    editMessageReplyMarkup: (parameters) => edit(parameters, ({ json }) => contentOf(json)),
    deleteMessage: ({ chat_id, message_id }) => {
      const chat = world.findChat(chat_id, 'write');
      const message = chat.messages.get(message_id);
      if (!message || message.isDeleted) throw badRequest('message to delete not found');
      const isOld = message.json.date * 1000 < world.now() - DELETABLE_FOR_MS;
      if (isOld || (!message.isByBot && chat.json.type !== 'private')) {
        throw badRequest("message can't be deleted for everyone");
      }
      world.remove(message);
      return true;
    },
  };
}

function findOwn(
  world: World,
  { chat_id, message_id }: Editing,
): { readonly chat: ChatState; readonly message: StoredMessage } {
  if (chat_id === undefined && message_id === undefined)
    throw badRequest('message identifier is not specified');
  if (chat_id === undefined) throw badRequest('chat_id is empty');
  const chat = world.findChat(chat_id, 'write');
  const message = chat.messages.get(message_id ?? 0);
  if (!message || message.isDeleted) throw badRequest('message to edit not found');
  if (!message.isByBot) throw badRequest("message can't be edited");
  return { chat, message };
}

function mediaOf({ photo, document }: MessageContent): MessageContent {
  return { photo, document };
}

function contentOf({ text, entities, caption, caption_entities, ...rest }: MessageContent): MessageContent {
  return { ...mediaOf(rest), text, entities, caption, caption_entities };
}
