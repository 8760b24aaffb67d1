// What the pictures share: text that is safe in SVG, emoji as drawings, and SVG as PNG.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

/** Noto Emoji (Apache-2.0): 25 MB, fetched for a drawing and not kept. */
const EMOJI_PACKAGE = '@iconify-json/noto@1.2.9';

/** @param {string} text */
export const escapeXml = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Fonts of this machine; Noto Sans CJK has all characters that the pictures show. */
export function toPng(svg, zoom) {
  const font = { loadSystemFonts: true, defaultFontFamily: 'Noto Sans CJK SC' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } }).render().asPng();
}

/** @returns draws the emoji in a square whose upper left corner is given */
export function loadEmoji() {
  const folder = mkdtempSync(join(tmpdir(), 'bijia-emoji-'));
  execFileSync('npm', ['install', '--silent', '--no-save', '--prefix', folder, EMOJI_PACKAGE]);
  const read = (name) =>
    JSON.parse(readFileSync(join(folder, 'node_modules/@iconify-json/noto', name), 'utf8'));
  const [names, { icons }] = [read('chars.json'), read('icons.json')];
  rmSync(folder, { recursive: true });
  return (emoji, x, y, size) => {
    const { body } = icons[names[(emoji.codePointAt(0) ?? 0).toString(16)]];
    return `<g transform="translate(${x} ${y}) scale(${size / 128})">${body}</g>`;
  };
}
