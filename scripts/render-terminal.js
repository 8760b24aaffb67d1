// Draws what a command prints on a terminal as SVG, for the documents:
//   node scripts/render-terminal.js OUT.svg 'bijia get …' ['bijia shop …']
// It runs in the sandbox with its own state, on a pseudo-terminal of `script` (util-linux).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import stringWidth from 'string-width';

const COLUMNS = 96;
const [CELL, LINE, PADDING, BAR] = [8.4, 20, 18, 34];
const INK = { '': '#d7dce2', 1: '#ffffff', 2: '#8b949e', 31: '#ff7b72', 33: '#e3b341', 36: '#79c0ff' };
const FONT =
  "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace";

const [out, ...commands] = process.argv.slice(2);
const lines = commands
  .flatMap((command) => [`\u001B[36m$ ${command}\u001B[39m`, ...run(command), ''])
  .slice(0, -1);
writeFileSync(out, draw(lines));

function run(command) {
  const bijia = `node ${fileURLToPath(new URL('../dist/cli.js', import.meta.url))}`;
  const folder = mkdtempSync(join(tmpdir(), 'bijia-picture-'));
  const env = { ...process.env, BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: folder };
  const inside = `stty cols ${COLUMNS}; ${command.replace(/^bijia/, bijia)} 2>/dev/null`;
  const text = execFileSync('script', ['-qefc', inside, '/dev/null'], { encoding: 'utf8', env });
  rmSync(folder, { recursive: true });
  return text.replaceAll('\r', '').trimEnd().split('\n');
}

function draw(rows) {
  const [width, height] = [Math.ceil(COLUMNS * CELL) + 2 * PADDING, rows.length * LINE + BAR + PADDING];
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, i) => `<circle cx="${22 + i * 18}" cy="18" r="5.5" fill="${fill}"/>`,
  );
  const texts = rows.flatMap((row, index) => drawRow(row, BAR + (index + 0.75) * LINE));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
${dots.join('')}
<g font-family="${FONT}" font-size="14" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`;
}

/** Each run of characters of one width gets its own place, so that columns meet in whatever font there is. */
function drawRow(row, y) {
  let [column, style] = [0, ''];
  const texts = [];
  for (const [part] of row.matchAll(/\u001B\[\d+m|[^\u001B]+/g)) {
    if (part.startsWith('\u001B')) {
      const code = part.slice(2, -1);
      style = code in INK ? code : '';
      continue;
    }
    for (const { text, width } of splitByWidth(part)) {
      if (text.trim() !== '') texts.push(drawRun(text, PADDING + column * CELL, y, width * CELL, style));
      column += width;
    }
  }
  return texts;
}

function splitByWidth(part) {
  const runs = [];
  for (const { segment } of new Intl.Segmenter().segment(part)) {
    const width = stringWidth(segment);
    const last = runs.at(-1);
    if (last && last.each === width && segment !== ' ')
      Object.assign(last, { text: last.text + segment, width: last.width + width });
    else runs.push({ text: segment, width, each: segment === ' ' ? 0 : width });
  }
  return runs;
}

function drawRun(text, x, y, length, style) {
  const escaped = text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const weight = style === '1' ? ' font-weight="bold"' : '';
  return `<text x="${x.toFixed(1)}" y="${y}" fill="${INK[style]}"${weight} textLength="${length.toFixed(1)}" lengthAdjust="spacingAndGlyphs">${escaped}</text>`;
}
