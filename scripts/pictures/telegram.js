// A card in a chat: what the real bot sent to the fake Bot API.
import { resolve } from 'node:path';
import { runBundled } from '../run-bundled.js';
import { escapeXml, loadEmoji } from './svg.js';

const [LINE, WIDTH, LEFT, BUBBLE, BUTTON] = [28, 720, 24, 660, 38];
const INK = { text: '#17212b', link: '#1d7fbf', quiet: '#7a8792' };

export async function drawCard() {
  const args = [resolve('dist/cli.js')];
  const { stdout } = await runBundled({
    entry: 'test/helpers/telegram/card-message.ts',
    args,
    stdout: 'pipe',
  });
  const { asked, text, entities, buttons } = JSON.parse(stdout);
  const emoji = loadEmoji();
  const lines = text.split('\n');
  const top = 84;
  const bottom = top + lines.length * LINE + 24;
  const height = bottom + buttons.length * (BUTTON + 6) + 30;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}">
<rect width="100%" height="100%" rx="12" fill="#c9dcea"/>
<g font-family="Noto Sans CJK SC" font-size="16" xml:space="preserve" fill="${INK.text}">
<rect x="250" y="22" width="446" height="44" rx="14" fill="#e1f6cf"/>
<text x="268" y="50">${escapeXml(asked).replace(/https:\S+/, `<tspan fill="${INK.link}">$&</tspan>`)}</text>
<rect x="${LEFT}" y="${top}" width="${BUBBLE}" height="${bottom - top}" rx="14" fill="#ffffff"/>
${drawLines(lines, entities, top, emoji)}
${buttons.map((row, at) => drawButtons(row, bottom + 8 + at * (BUTTON + 6), emoji)).join('\n')}
</g>
</svg>`;
}

function drawLines(lines, entities, top, emoji) {
  let offset = 0;
  return lines
    .map((line, at) => {
      const start = offset;
      offset += line.length + 1;
      const y = top + 36 + at * LINE;
      const icon = findEmoji(line);
      const drawn = icon ? emoji(icon, LEFT + 18, y - 15, 18) : '';
      const runs = splitByEntities(line, start, entities).slice(icon ? icon.length : 0);
      return `${drawn}<text x="${LEFT + 18 + (icon ? 22 : 0)}" y="${y}">${runs.join('')}</text>`;
    })
    .join('\n');
}

/** One part for each character, with what Telegram's entities say of it. */
function splitByEntities(line, start, entities) {
  return line.split('').map((sign, at) => {
    const here = entities.filter(
      ({ offset, length }) => offset <= start + at && start + at < offset + length,
    );
    const styles = here.map(({ type }) => STYLES[type] ?? '').join('');
    return styles === '' ? escapeXml(sign) : `<tspan${styles}>${escapeXml(sign)}</tspan>`;
  });
}

const STYLES = {
  bold: ' font-weight="bold"',
  text_link: ` fill="${INK.link}"`,
  strikethrough: ` text-decoration="line-through" fill-opacity="0.6"`,
  code: ` font-family="Noto Sans Mono CJK SC" stroke-opacity="0"`,
};

const findEmoji = (text) => /^\p{Extended_Pictographic}/u.exec(text)?.[0];

function drawButtons(row, y, emoji) {
  const width = (BUBBLE - (row.length - 1) * 6) / row.length;
  return row
    .map(({ text }, at) => {
      const x = LEFT + at * (width + 6);
      const icon = findEmoji(text);
      const label = text.slice(icon ? icon.length : 0).trim();
      const labelWidth = [...label].reduce((sum, sign) => sum + (sign < '\u2E80' ? 8.6 : 16), icon ? 24 : 0);
      const left = x + (width - labelWidth) / 2;
      return `<rect x="${x}" y="${y}" width="${width}" height="${BUTTON}" rx="10" fill="#ffffff" fill-opacity="0.75"/>
${icon ? emoji(icon, left, y + 10, 18) : ''}<text x="${left + (icon ? 24 : 0)}" y="${y + 25}">${escapeXml(label)}</text>`;
    })
    .join('\n');
}
