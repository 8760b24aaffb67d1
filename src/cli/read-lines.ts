import { addAbortSignal, type Readable } from 'node:stream';

/**
 * The lines of a text, ended by LF or CRLF alone: `readline` of Node 24 also ends them at U+2028 and U+2029, which may
 * stand in JSON as they are.
 * @param signal ends the reading, without an error
 */
export async function* readLines(stream: Readable, signal: AbortSignal): AsyncGenerator<string> {
  addAbortSignal(signal, stream).setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of stream) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield line.replace(/\r$/, '');
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (rest !== '' && !signal.aborted) yield rest;
}
