import type { Check, CheckStatus } from '../../core/index.js';
import type { CliContext } from '../context.js';
import { padColumns } from './terminal.js';

const MARKS: Readonly<Record<CheckStatus, readonly [mark: string, style: 'green' | 'dim' | 'red']>> = {
  ok: ['✓', 'green'],
  info: ['·', 'dim'],
  skipped: ['-', 'dim'],
  problem: ['✗', 'red'],
};
const AREA_WIDTH = 14;
const NAME_WIDTH = 16;

/** One thing that was looked at, and under it what to change. */
export function printCheck(
  { terminal, language, texts }: CliContext,
  { area, name, status, found, advice, sandbox }: Check,
): void {
  const [mark, style] = MARKS[status];
  const { areas } = texts.doctor;
  const shownArea = Object.hasOwn(areas, area) ? areas[area as keyof typeof areas] : area;
  const place = `${padColumns(shownArea, AREA_WIDTH)}  ${padColumns(name[language], NAME_WIDTH)}`;
  const source = sandbox ? terminal.style('yellow', ` ${texts.sandbox.mark}`) : '';
  terminal.print(`${terminal.style(style, mark)} ${place}  ${found[language]}${source}`);
  for (const line of advice?.[language].split('\n') ?? []) terminal.print(`    ${line}`);
}
