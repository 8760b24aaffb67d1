// What a command prints on a terminal: run in the sandbox with a state of its own, on a pseudo-terminal of `script`
// (util-linux).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import stringWidth from 'fast-string-width';
import { escapeXml } from './svg.js';

const COLUMNS = 84;
const [CELL, LINE, PADDING, BAR] = [9, 24, 20, 38];
/** Sizes at which a letter of the one takes a cell, and a character of the other two. */
const FONTS = {
  1: 'font-family="DejaVu Sans Mono" font-size="15"',
  2: 'font-family="Noto Sans Mono CJK SC" font-size="18"',
};
const INK = { '': '#d7dce2', 1: '#ffffff', 2: '#8b949e', 31: '#ff7b72', 33: '#e3b341', 36: '#79c0ff' };

/** @param {readonly string[]} commands */
export function drawTerminal(commands) {
  const rows = commands
    .flatMap((command) => [`\u001B[36m$ ${command}\u001B[39m`, ...run(command), ''])
    .slice(0, -1);
  const [width, height] = [COLUMNS * CELL + 2 * PADDING, rows.length * LINE + BAR + PADDING];
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, at) => `<circle cx="${24 + at * 18}" cy="20" r="5.5" fill="${fill}"/>`,
  );
  const texts = rows.flatMap((row, at) => drawRow(row, BAR + (at + 0.75) * LINE));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
${dots.join('')}
<g xml:space="preserve">${texts.join('')}</g>
</svg>`;
}

function run(command) {
  const bijia = `node ${resolve('dist/cli.js')}`;
  const folder = mkdtempSync(join(tmpdir(), 'bijia-picture-'));
  const env = { ...process.env, BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: folder, BIJIA_LANG: 'en' };
  const inside = `stty cols ${COLUMNS}; ${command.replace(/^bijia/, bijia)} 2>/dev/null`;
  const text = execFileSync('script', ['-qefc', inside, '/dev/null'], { encoding: 'utf8', env });
  rmSync(folder, { recursive: true });
  return text.replaceAll('\r', '').trimEnd().split('\n');
}

/** Each run of equally wide characters gets its own place, so that columns meet. */
function drawRow(row, y) {
  let [column, style] = [0, ''];
  const texts = [];
  for (const [part] of row.matchAll(/\u001B\[\d+m|[^\u001B]+/g)) {
    if (part.startsWith('\u001B')) {
      const code = part.slice(2, -1);
      style = code in INK ? code : '';
      continue;
    }
    const weight = style === '1' ? ' font-weight="bold"' : '';
    for (const run of splitByWidth(part)) {
      const place = `x="${PADDING + column * CELL}" y="${y}"`;
      texts.push(
        `<text ${place} ${FONTS[run.each]} fill="${INK[style]}"${weight}>${escapeXml(run.text)}</text>`,
      );
      column += stringWidth(run.text);
    }
  }
  return texts;
}

function splitByWidth(part) {
  const runs = [];
  for (const sign of part) {
    const each = stringWidth(sign);
    const last = runs.at(-1);
    if (last?.each === each) last.text += sign;
    else runs.push({ each, text: sign });
  }
  return runs;
}
