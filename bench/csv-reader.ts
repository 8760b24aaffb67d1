// A process that does nothing but read a table by its library alone, with the options of ours, and each of its links as
// Node reads it: `csv-reader <csv>`.
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

const rows = createReadStream(process.argv[2] ?? '', 'utf8').pipe(
  parse({
    ...{ relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: 1024 * 1024,
  }),
) as AsyncIterable<readonly string[]>;
for await (const cells of rows) {
  for (const cell of cells) if (cell.startsWith('http')) new URL(cell);
}
