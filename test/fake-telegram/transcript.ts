import type { MessageEntity, User } from 'grammy/types';
import type { ChatEvent, ChatState, Press } from './chat-state.js';
import type { StoredMessage } from './messages.js';

/** How marked text is printed: signs before and after it, by kind of entity. */
export type TranscriptStyle = Readonly<Partial<Record<MessageEntity['type'], readonly [string, string]>>>;

export const MARKED: TranscriptStyle = {
  bold: ['**', '**'],
  italic: ['_', '_'],
  strikethrough: ['~~', '~~'],
  spoiler: ['||', '||'],
  code: ['`', '`'],
  pre: ['`', '`'],
  text_link: ['[', ']'],
};

const ESCAPE = '\u001b[';

/** For a terminal. */
export const COLOURED: TranscriptStyle = {
  bold: [`${ESCAPE}1m`, `${ESCAPE}22m`],
  italic: [`${ESCAPE}3m`, `${ESCAPE}23m`],
  strikethrough: [`${ESCAPE}9m`, `${ESCAPE}29m`],
  code: [`${ESCAPE}36m`, `${ESCAPE}39m`],
  pre: [`${ESCAPE}36m`, `${ESCAPE}39m`],
  text_link: [`${ESCAPE}4m`, `${ESCAPE}24m`],
  url: [`${ESCAPE}4m`, `${ESCAPE}24m`],
};

/** Prints a conversation as a person sees it now: edits collapsed, deleted messages gone. */
export function formatTranscript(chat: ChatState, bot: User, style: TranscriptStyle = MARKED): string {
  const blocks = chat.events.map((event) => formatEvent(event, bot, style));
  return blocks.filter((block) => block !== '').join('\n');
}

function formatEvent(event: ChatEvent, bot: User, style: TranscriptStyle): string {
  switch (event.kind) {
    case 'message':
      return event.message.isDeleted ? '' : formatMessage(event.message, style);
    case 'press':
      return formatPress(event.press, bot);
    case 'note':
      return `· ${event.text}`;
  }
}

function formatMessage({ json, edits, replyKeyboard }: StoredMessage, style: TranscriptStyle): string {
  const { photo, document, reply_to_message: replied } = json;
  const text = markText(json.text ?? json.caption ?? '', json.entities ?? json.caption_entities ?? [], style);
  const rows = json.reply_markup?.inline_keyboard ?? [];
  const notes = [
    replied && `reply to ${quote(replied.text ?? replied.caption ?? replied.document?.file_name ?? 'photo')}`,
    edits > 0 && `edited ${edits}×`,
  ].filter(Boolean);
  const lines = [
    photo && '🖼 photo',
    document && `📎 ${document.file_name} (${formatSize(document.file_size ?? 0)})`,
    ...(text === '' ? [] : text.split('\n')),
    ...rows.map((row) => row.map((button) => `[ ${button.text} ]`).join(' ')),
    replyKeyboard &&
      replyKeyboard.length > 0 &&
      `⌨ ${replyKeyboard.map((label) => `[ ${label} ]`).join(' ')}`,
  ].filter((line) => typeof line === 'string');
  const author = json.from?.first_name ?? json.chat.title;
  const head = `${author}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}

function formatPress({ user, label, answer }: Press, bot: User): string {
  const head = `${user.first_name} presses [ ${label} ]`;
  if (!answer) return `${head} (no answer)`;
  if (answer.url !== undefined) return `${head}\n  ${bot.first_name} opens ${answer.url}`;
  if (answer.text === undefined) return head;
  return `${head}\n  ${bot.first_name} ${answer.showAlert ? '❗' : '💬'} ${answer.text}`;
}

function markText(text: string, entities: readonly MessageEntity[], style: TranscriptStyle): string {
  const marked = entities.filter(({ type }) => style[type]);
  let result = '';
  for (let position = 0; position <= text.length; position += 1) {
    const ending = marked.filter(({ offset, length }) => offset + length === position);
    const beginning = marked.filter(({ offset }) => offset === position);
    result += ending
      .reverse()
      .map(({ type }) => style[type]?.[1])
      .join('');
    result += beginning.map(({ type }) => style[type]?.[0]).join('');
    result += text[position] ?? '';
  }
  return result;
}

function quote(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 24 ? `“${line.slice(0, 24)}…”` : `“${line}”`;
}

function formatSize(sizeBytes: number): string {
  return sizeBytes < 1024 ? `${sizeBytes} B` : `${(sizeBytes / 1024).toFixed(1)} KB`;
}
