const LINE_FEED = 0x0a;

export interface LineReaderOptions {
  /** Longer lines are passed over as they come; nothing of them is kept. */
  readonly maxBytes: number;
  readonly onLine: (line: string) => void;
  readonly onTooLong: () => void;
}

/** Splits bytes into lines; a long line is put together once, however many chunks it comes in. */
export function createLineReader({
  maxBytes,
  onLine,
  onTooLong,
}: LineReaderOptions): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer) => {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = () => {
    const line = size > maxBytes ? undefined : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    size = 0;
    if (line === undefined) onTooLong();
    else if (line !== '') onLine(line);
  };
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      finish();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  };
}
