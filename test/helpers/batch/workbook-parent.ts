/** A process that opens a workbook, with bounds so wide that nothing but its own end stops the reader. */
import { pathToFileURL } from 'node:url';
import { openInput } from '../../../src/core/batch/input/input.js';
import { RULES } from './reading.js';

const [path = '', entry = ''] = process.argv.slice(2);
const limits = { timeoutMs: 3_600_000, maxCpuMs: 3_600_000, maxMemoryMb: 4096 };
const { blocks } = await openInput(
  { path },
  { rules: RULES, xlsx: { entry: pathToFileURL(entry), ...limits } },
);
for await (const lines of blocks) for (const _ of lines);
