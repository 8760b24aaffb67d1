const NOT_MODIFIED =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
export const callbackButton = (callback_data: string) => ({
  inline_keyboard: [[{ text: 'x', callback_data }]],
});
const link = (url: string) => ({ inline_keyboard: [[{ text: 'x', url }]] });
export const bold = (offset: number, length: number) => [{ type: 'bold', offset, length }];

/** Sent to the chat of a person who has started the bot. */
export const REFUSED: readonly (readonly [
  what: string,
  method: string,
  parameters: object,
  description: string,
])[] = [
  ['no text', 'sendMessage', {}, 'Bad Request: message text is empty'],
  ['an empty text', 'sendMessage', { text: '' }, 'Bad Request: message text is empty'],
  ['a blank text', 'sendMessage', { text: ' \n\u200b' }, 'Bad Request: text must be non-empty'],
  ['4,097 characters', 'sendMessage', { text: 'a'.repeat(4097) }, 'Bad Request: message is too long'],
  [
    '4,097 UTF-16 units',
    'sendMessage',
    { text: `a${'🛒'.repeat(2048)}` },
    'Bad Request: message is too long',
  ],
  [
    '65 bytes of data',
    'sendMessage',
    { text: 'a', reply_markup: callbackButton('x'.repeat(65)) },
    'Bad Request: BUTTON_DATA_INVALID',
  ],
  [
    '22 Chinese characters of data',
    'sendMessage',
    { text: 'a', reply_markup: callbackButton('价'.repeat(22)) },
    'Bad Request: BUTTON_DATA_INVALID',
  ],
  [
    'a button without text',
    'sendMessage',
    { text: 'a', reply_markup: { inline_keyboard: [[{ text: '', url: 'https://a.cn' }]] } },
    'Bad Request: inline keyboard button text must be non-empty',
  ],
  [
    'a button without action',
    'sendMessage',
    { text: 'a', reply_markup: { inline_keyboard: [[{ text: 'x' }]] } },
    "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
  ],
  [
    'a button to no host',
    'sendMessage',
    { text: 'a', reply_markup: link('http://localhost/x') },
    "Bad Request: inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
  ],
  [
    'a button to an app',
    'sendMessage',
    { text: 'a', reply_markup: link('jdapp://x.y') },
    "Bad Request: inline keyboard button URL 'jdapp://x.y' is invalid: Unsupported URL protocol",
  ],
  [
    '101 buttons',
    'sendMessage',
    { text: 'a', reply_markup: { inline_keyboard: Array(101).fill([{ text: 'x', callback_data: 'y' }]) } },
    'Bad Request: reply markup is too long',
  ],
  [
    '257 characters to copy',
    'sendMessage',
    {
      text: 'a',
      reply_markup: { inline_keyboard: [[{ text: 'x', copy_text: { text: 'y'.repeat(257) } }]] },
    },
    'Bad Request: BUTTON_COPY_TEXT_INVALID',
  ],
  [
    'an entity behind the text',
    'sendMessage',
    { text: 'ab', entities: bold(2, 1) },
    'Bad Request: entity begins after the end of the text at UTF-16 offset 2',
  ],
  [
    'an entity over the end',
    'sendMessage',
    { text: 'ab', entities: bold(1, 2) },
    'Bad Request: entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 3',
  ],
  [
    'an entity before the text',
    'sendMessage',
    { text: 'ab', entities: bold(-1, 2) },
    'Bad Request: receive an entity with incorrect offset -1',
  ],
  [
    'an entity from half a character',
    'sendMessage',
    { text: '🛒ab', entities: bold(1, 2) },
    'Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 4',
  ],
  [
    'an entity to half a character',
    'sendMessage',
    { text: 'ab🛒', entities: bold(0, 3) },
    'Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 6',
  ],
  [
    'a link to no host',
    'sendMessage',
    { text: 'ab', entities: [{ type: 'text_link', offset: 0, length: 1, url: 'item' }] },
    "Bad Request: entity URL 'item' is invalid: Wrong HTTP URL",
  ],
  [
    'an open tag',
    'sendMessage',
    { text: '<b>a', parse_mode: 'HTML' },
    'Bad Request: can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
  ],
  [
    'an unknown tag',
    'sendMessage',
    { text: '价<h1>a</h1>', parse_mode: 'HTML' },
    'Bad Request: can\'t parse entities: Unsupported start tag "h1" at byte offset 3',
  ],
  [
    'crossed tags',
    'sendMessage',
    { text: '<b><i>a</b></i>', parse_mode: 'HTML' },
    'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
  ],
  [
    'a reserved character',
    'sendMessage',
    { text: 'a.b', parse_mode: 'MarkdownV2' },
    "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
  ],
  [
    'an open asterisk',
    'sendMessage',
    { text: 'a *b', parse_mode: 'MarkdownV2' },
    "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 2",
  ],
  [
    'a reply to nothing',
    'sendMessage',
    { text: 'a', reply_parameters: { message_id: 99 } },
    'Bad Request: message to be replied not found',
  ],
  ['no photo', 'sendPhoto', {}, 'Bad Request: there is no photo in the request'],
  [
    'an unknown photo',
    'sendPhoto',
    { photo: 'AgACnonsense' },
    "Bad Request: wrong remote file identifier specified: can't unserialize it",
  ],
  [
    '1,025 characters of caption',
    'sendPhoto',
    { photo: 'https://img.cn/a.jpg', caption: 'a'.repeat(1025) },
    'Bad Request: message caption is too long',
  ],
  [
    'a photo that is not attached',
    'sendPhoto',
    { photo: 'attach://nothing' },
    'Bad Request: there is no photo in the request',
  ],
  [
    'a page as document',
    'sendDocument',
    { document: 'https://img.cn/a.csv' },
    'Bad Request: wrong type of the web page content',
  ],
  [
    'an edit of nothing',
    'editMessageText',
    { message_id: 99, text: 'b' },
    'Bad Request: message to edit not found',
  ],
  [
    'an edit of a person’s message',
    'editMessageText',
    { message_id: 1, text: 'b' },
    "Bad Request: message can't be edited",
  ],
  ['the same text again', 'editMessageText', { message_id: 2, text: 'first ' }, NOT_MODIFIED],
  [
    'an edit to 4,097 characters',
    'editMessageText',
    { message_id: 2, text: 'a'.repeat(4097) },
    'Bad Request: MESSAGE_TOO_LONG',
  ],
  ['the same buttons again', 'editMessageReplyMarkup', { message_id: 2 }, NOT_MODIFIED],
  [
    'a caption for a text',
    'editMessageCaption',
    { message_id: 2, caption: 'b' },
    'Bad Request: there is no caption in the message to edit',
  ],
  [
    'a text for a photo',
    'editMessageText',
    { message_id: 3, text: 'b' },
    'Bad Request: there is no text in the message to edit',
  ],
  [
    'an edit to 1,025 characters of caption',
    'editMessageCaption',
    { message_id: 3, caption: 'a'.repeat(1025) },
    'Bad Request: MEDIA_CAPTION_TOO_LONG',
  ],
  [
    'a photo as document',
    'editMessageMedia',
    { message_id: 3, media: { type: 'photo', media: 'BQACnonsense' } },
    "Bad Request: wrong remote file identifier specified: can't unserialize it",
  ],
  ['nothing to delete', 'deleteMessage', { message_id: 99 }, 'Bad Request: message to delete not found'],
];

/** No chat is added to these. */
export const REFUSED_WITHOUT_CHAT: typeof REFUSED = [
  ['no chat', 'sendMessage', { text: 'a' }, 'Bad Request: chat_id is empty'],
  ['a stranger', 'sendMessage', { chat_id: 5, text: 'a' }, 'Bad Request: chat not found'],
  ['an unknown file', 'getFile', { file_id: 'x' }, 'Bad Request: invalid file_id'],
  [
    'an unknown query',
    'answerCallbackQuery',
    { callback_query_id: '5' },
    'Bad Request: query is too old and response timeout expired or query ID is invalid',
  ],
  [
    '201 characters of answer',
    'answerCallbackQuery',
    { callback_query_id: '5', text: 'a'.repeat(201) },
    'Bad Request: MESSAGE_TOO_LONG',
  ],
  [
    'a command with capitals',
    'setMyCommands',
    { commands: [{ command: 'Batch', description: 'b' }] },
    'Bad Request: BOT_COMMAND_INVALID',
  ],
  [
    'a command without description',
    'setMyCommands',
    { commands: [{ command: 'batch', description: '' }] },
    'Bad Request: BOT_COMMAND_DESCRIPTION_INVALID',
  ],
  [
    'a webhook without TLS',
    'setWebhook',
    { url: 'http://bot.example/x' },
    'Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
  ],
  [
    'a webhook on another port',
    'setWebhook',
    { url: 'https://bot.example:8080/x' },
    'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443',
  ],
  [
    'a secret with a blank',
    'setWebhook',
    { url: 'https://bot.example/x', secret_token: 'a b' },
    'Bad Request: secret token contains unallowed characters',
  ],
];

/** Let pass or ignored by the real server, and refused here. */
export const VIOLATIONS: readonly (readonly [what: string, method: string, parameters: object])[] = [
  ['an unknown parameter', 'sendMessage', { text: 'a', disable_web_page_preview: true }],
  ['an unknown field deep inside', 'sendMessage', { text: 'a', link_preview_options: { disabled: true } }],
  ['a number as text', 'sendMessage', { text: 5 }],
  ['a message id in quotes', 'editMessageText', { text: 'b', message_id: '2' }],
  ['a keyboard in a string', 'sendMessage', { text: 'a', reply_markup: '{"inline_keyboard":[]}' }],
  [
    'two actions on one button',
    'sendMessage',
    {
      text: 'a',
      reply_markup: { inline_keyboard: [[{ text: 'x', url: 'https://a.cn', callback_data: 'y' }]] },
    },
  ],
  [
    'nine buttons in a row',
    'sendMessage',
    { text: 'a', reply_markup: { inline_keyboard: [Array(9).fill({ text: 'x', callback_data: 'y' })] } },
  ],
  [
    'an unknown kind of entity',
    'sendMessage',
    { text: 'a', entities: [{ type: 'huge', offset: 0, length: 1 }] },
  ],
  ['an unknown action', 'sendChatAction', { action: 'thinking' }],
  ['an unknown kind of update', 'getUpdates', { allowed_updates: ['messages'] }],
  ['a longer poll than allowed', 'getUpdates', { timeout: 51 }],
  ['a language of five letters', 'setMyCommands', { commands: [], language_code: 'zh-CN' }],
  ['a method nobody knows', 'sendMesage', { text: 'a' }],
];
