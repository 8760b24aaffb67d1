const JOINED_EMOJI =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)\u200D(?=\p{Extended_Pictographic})/gu;
const JOINER_STANDIN = '\uE000';
const EMOJI_STYLE = '\uFE0F';
/** Control, format (zero-width, BiDi, tag), private use, lone surrogates, and all else that shows nothing. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFFC]/gu;
const KEPT = new Set([JOINER_STANDIN, EMOJI_STYLE, '\n', '\t']);

/** What `stripUnseen` does where there may be something to remove. Its patterns take 2 ms to set up: they name whole scripts. */
export function removeUnseen(text: string): string {
  return text
    .replaceAll(JOINER_STANDIN, '')
    .replace(JOINED_EMOJI, JOINER_STANDIN)
    .replace(UNSAFE, (character) => (KEPT.has(character) ? character : ''))
    .replaceAll(JOINER_STANDIN, '\u200D');
}
