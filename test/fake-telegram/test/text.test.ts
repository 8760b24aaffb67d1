import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatText, typedText } from '../formatted-text.js';

describe('the text of a message', () => {
  it.each([
    [' \n a \n', { text: 'a', entities: [] }],
    ['a\u202eb\r\nc\td', { text: 'ab\nc d', entities: [] }],
    ['@someone', { text: '@someone', entities: [{ type: 'mention', offset: 0, length: 8 }] }],
  ])('is cleaned and trimmed: %j', (text, shown) => {
    expect(formatText({ text })).toEqual(shown);
  });

  it('moves entities with the characters that go away', () => {
    const entities = [{ type: 'bold' as const, offset: 4, length: 4 }];
    const shown = formatText({ text: ' \ra\rbc\rd ', entities });
    expect(shown).toEqual({ text: 'abcd', entities: [{ type: 'bold', offset: 1, length: 3 }] });
  });

  it('keeps every entity inside the text, whatever is typed', () => {
    const unit = fc.constantFrom('a', ' ', '\n', '\r', '\u202e', '价', '\t');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), fc.nat(12), fc.nat(12), (units, offset, length) => {
        const text = `x${units.join('')}`;
        const end = Math.min(offset + length, text.length);
        fc.pre(offset < end);
        const marked = text
          .slice(offset, end)
          .replace(/[\r\u202e]/g, '')
          .replaceAll('\t', ' ');
        const shown = formatText({ text, entities: [{ type: 'bold', offset, length: end - offset }] });
        const [bold] = shown.entities;
        const shownMarked = bold ? shown.text.slice(bold.offset, bold.offset + bold.length) : '';
        expect(shownMarked.trim()).toBe(marked.trim());
      }),
    );
  });

  it.each([
    [
      '<b>京东&amp;自营</b> <a href="https://a.cn/?x=1&amp;y=2">x</a><s></s>',
      '京东&自营 x',
      [
        { type: 'bold', offset: 0, length: 5 },
        { type: 'text_link', offset: 6, length: 1, url: 'https://a.cn/?x=1&y=2' },
      ],
    ],
    ['<tg-spoiler>a</tg-spoiler><a href="nowhere">b</a>', 'ab', [{ type: 'spoiler', offset: 0, length: 1 }]],
  ])('is read as HTML: %s', (text, shown, entities) => {
    expect(formatText({ text, parseMode: 'HTML' })).toEqual({ text: shown, entities });
  });

  it.each([
    ['*b _i_* `c*` ~s~', 'b i c* s', ['bold 0+3', 'italic 2+1', 'code 4+2', 'strikethrough 7+1']],
    ['5\\.00 [x](https://a\\.cn/)', '5.00 x', ['text_link 5+1']],
    ['```\ncode``` __u__ ||s||', 'code u s', ['pre 0+4', 'underline 5+1', 'spoiler 7+1']],
  ])('is read as MarkdownV2: %s', (text, shown, entities) => {
    const { text: plain, entities: found } = formatText({ text, parseMode: 'MarkdownV2' });
    const described = found.map(({ type, offset, length }) => `${type} ${offset}+${length}`);
    expect([plain, described]).toEqual([shown, entities]);
  });

  it.each([
    ['看 https://item.jd.com/100012043978.html，不错', ['url https://item.jd.com/100012043978.html']],
    ['https://3.cn/2abc-d?jkl=@x@ MF1234', ['url https://3.cn/2abc-d?jkl=@x@']],
    ['item.jd.com/1.html @bijia_bot', ['url item.jd.com/1.html', 'mention @bijia_bot']],
    ['/batch@bijia_bot #a1b2 1/2 a@b.cn', ['bot_command /batch@bijia_bot', 'hashtag #a1b2']],
    ['5.99 and 3/4', []],
  ])('has its links and commands found: %s', (text, found) => {
    const { entities } = typedText(text);
    const described = entities.map(
      ({ type, offset, length }) => `${type} ${text.slice(offset, offset + length)}`,
    );
    expect(described).toEqual(found);
  });

  it('finds nothing inside code', () => {
    const entities = [{ type: 'code' as const, offset: 0, length: 8 }];
    expect(formatText({ text: '@someone', entities }).entities).toEqual(entities);
  });
});
