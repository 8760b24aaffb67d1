// Draws the pictures of the READMEs from what the built program really answers: node scripts/pictures/index.js
// The PNGs need no font where they are read. Drawing them needs Noto Sans CJK, DejaVu and `script`.
import { writeFileSync } from 'node:fs';
import { drawChart } from './chart.js';
import { drawIcon } from './icon.js';
import { toPng } from './svg.js';
import { drawCard } from './telegram.js';
import { drawTerminal } from './terminal.js';
import { drawWorkbook } from './workbook.js';

const PICTURES = {
  terminal: () => toPng(drawTerminal(["bijia get 'https://item.jd.com/100012345678.html'"]), 1.5),
  telegram: async () => toPng(await drawCard(), 1.5),
  workbook: async () => toPng(await drawWorkbook(), 1.3),
  chart: drawChart,
  'icon-512': () => toPng(drawIcon(), 1),
};

const chosen = process.argv.slice(2);
for (const [name, draw] of Object.entries(PICTURES)) {
  if (chosen.length === 0 || chosen.includes(name)) writeFileSync(`docs/images/${name}.png`, await draw());
}
