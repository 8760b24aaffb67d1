import { createHash } from 'node:crypto';

const BLOCK_CHARS = 16 * 1024;

/** SHA-256 of many short texts one after another, handed over in blocks: each hand-over costs more than a short text. */
export function createTextHash() {
  const hash = createHash('sha256');
  let pending = '';
  const flush = () => {
    hash.update(pending);
    pending = '';
  };
  return {
    add: (text: string) => {
      pending += text;
      if (pending.length > BLOCK_CHARS) flush();
    },
    /** The hash of all so far; more may follow. */
    digest: (): string => {
      flush();
      return hash.copy().digest('hex');
    },
  };
}
