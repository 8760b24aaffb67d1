// The first columns of a workbook of `bijia batch`, drawn from its cells.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import stringWidth from 'fast-string-width';
import { readSheet } from 'read-excel-file/node';
import { escapeXml } from './svg.js';

const LIST = `链接,备注
https://item.jd.com/100012345678.html,手机
https://mobile.yangkeduo.com/goods.html?goods_id=8420152864,奶粉
https://item.jd.com/200000013.html,
https://item.jd.com/200000020.html,
https://item.jd.com/100010203010.html,
https://item.jd.com/200000027.html,
`;
/** In letters, as the workbook has them. */
const WIDTHS = [6, 20, 40, 12, 10, 10, 10, 20];
const [LETTER, ROW, GUTTER, SIZE] = [8.5, 28, 44, 15];
const INK = { text: '#17212b', quiet: '#6b7480', line: '#d9dde3', head: '#eef2f7', frame: '#f6f8fa' };

export async function drawWorkbook() {
  const [head, ...rows] = (await readCells()).map((row) => row.slice(0, WIDTHS.length));
  const lefts = WIDTHS.map(
    (_, at) => GUTTER + LETTER * WIDTHS.slice(0, at).reduce((sum, one) => sum + one, 0),
  );
  const columns = WIDTHS.map((width, at) => ({ x: lefts[at], width: width * LETTER, name: head[at] }));
  const [width, height] = [(lefts.at(-1) ?? 0) + LETTER * (WIDTHS.at(-1) ?? 0), ROW * (rows.length + 2)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Noto Sans CJK SC" font-size="${SIZE}">
<rect width="100%" height="100%" fill="#ffffff"/>
<rect width="100%" height="${ROW}" fill="${INK.frame}"/><rect width="${GUTTER}" height="100%" fill="${INK.frame}"/>
<rect x="${GUTTER}" y="${ROW}" width="100%" height="${ROW}" fill="${INK.head}"/>
${columns.map(({ x, width: wide }, at) => drawText(String.fromCharCode(65 + at), x + wide / 2, 0, { anchor: 'middle', fill: INK.quiet }))}
${columns.map(({ x, name }) => drawText(name, x + 6, ROW, { weight: 'bold' })).join('')}
${[head, ...rows].map((_, at) => drawText(String(at + 1), GUTTER / 2, ROW * (at + 1), { anchor: 'middle', fill: INK.quiet })).join('')}
${rows.map((row, at) => row.map((cell, column) => drawCell(cell, columns[column], ROW * (at + 2))).join('')).join('\n')}
${Array.from({ length: rows.length + 3 }, (_, at) => `<path d="M0 ${at * ROW}H${width}" stroke="${INK.line}"/>`).join('')}
${[0, ...lefts, width].map((x) => `<path d="M${x} 0V${height}" stroke="${INK.line}"/>`).join('')}
</svg>`;
}

async function readCells() {
  const folder = mkdtempSync(join(tmpdir(), 'bijia-picture-'));
  const env = {
    ...process.env,
    BIJIA_SANDBOX: '1',
    BIJIA_STATE_DIR: join(folder, 'state'),
    BIJIA_LANG: 'zh',
  };
  try {
    writeFileSync(join(folder, 'list.csv'), LIST);
    const args = [resolve('dist/cli.js'), 'batch', 'list.csv', '--out', 'prices.xlsx', '--quiet'];
    execFileSync(process.execPath, args, { cwd: folder, env, stdio: 'pipe' });
    return await readSheet(join(folder, 'prices.xlsx'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers to the right, in the format of their column; texts are cut where the cell ends. */
function drawCell(cell, { x, width, name }, y) {
  if (cell === null) return '';
  if (typeof cell !== 'number') return drawText(cut(String(cell), width - 10), x + 6, y, {});
  const text = name.includes('元') ? cell.toFixed(2) : cell.toLocaleString('en');
  return drawText(text, x + width - 6, y, { anchor: 'end' });
}

function cut(text, width) {
  let shown = '';
  for (const sign of text) {
    if (stringWidth(shown + sign) * 8 > width) break;
    shown += sign;
  }
  return shown;
}

function drawText(text, x, y, { anchor = 'start', weight = 'normal', fill = INK.text }) {
  return `<text x="${x}" y="${y + 20}" text-anchor="${anchor}" font-weight="${weight}" fill="${fill}">${escapeXml(text)}</text>`;
}
