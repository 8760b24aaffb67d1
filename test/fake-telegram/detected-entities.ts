import type { MessageEntity } from 'grammy/types';

type DetectedType = 'url' | 'mention' | 'bot_command' | 'hashtag';

const PATTERNS: readonly (readonly [DetectedType, RegExp])[] = [
  [
    'url',
    /(?<![\w@.-])(?:https?:\/\/)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d{1,5})?(?:[/?#][^\s<>"“”‘’「」『』【】《》，。；！？（）、]*)?/gi,
  ],
  ['mention', /(?<![\w@/])@[a-z]\w{3,31}/gi],
  ['bot_command', /(?<![\w/.:])\/[a-z0-9_]{1,64}(?:@[a-z]\w{3,31})?(?![\w/])/gi],
  ['hashtag', /(?<![\w#/&])#(?=[\p{L}\p{N}_]*\p{L})[\p{L}\p{N}_]+/gu],
];

/** Finds what Telegram marks by itself in any text: links, mentions, commands and hashtags. */
export function detectEntities(text: string): MessageEntity[] {
  const found: MessageEntity[] = [];
  for (const [type, pattern] of PATTERNS) {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      const length = match.replace(/[.,:;!?'")\]]+$/, '').length;
      const isInside = found.some((other) => other.offset <= index && index < other.offset + other.length);
      if (!isInside) found.push({ type, offset: index, length });
    }
  }
  return found;
}
