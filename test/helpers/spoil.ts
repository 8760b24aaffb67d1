import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';

/** Puts something else in the place of a file. */
export type Spoil = (path: string, other: string) => void;

const rewrite =
  (change: (bytes: Buffer, other: Buffer) => Buffer | string): Spoil =>
  (path, other) =>
    writeFileSync(path, change(readFileSync(path), readFileSync(other)));

const replace =
  (put: (path: string) => unknown): Spoil =>
  (path) => {
    rmSync(path);
    put(path);
  };

const flip = (bytes: Buffer, at: number) => {
  const flipped = Buffer.from(bytes);
  if (flipped.length > 0) flipped[at] = (flipped[at] ?? 0) ^ 0x15;
  return flipped;
};

/** What becomes of files: power cuts, copies by hand, other versions, and mischief. */
export const SPOILS: Readonly<Record<string, Spoil>> = {
  'a bit flipped at its begin': rewrite((bytes) => flip(bytes, 0)),
  'bits flipped in its middle': rewrite((bytes) => flip(bytes, bytes.length >> 1)),
  'cut in half': rewrite((bytes) => bytes.subarray(0, bytes.length >> 1)),
  'cut at its last byte': rewrite((bytes) => bytes.subarray(0, -1)),
  emptied: rewrite(() => ''),
  'filled with zeros': rewrite((bytes) => Buffer.alloc(bytes.length)),
  'filled with noise': rewrite((bytes) => bytes.map((byte, at) => (byte * 31 + at * 17) & 0xff) as Buffer),
  'swapped for another file': rewrite((_bytes, other) => other),
  'written twice': rewrite((bytes) => Buffer.concat([bytes, bytes])),
  'of impossible numbers': rewrite((bytes) =>
    bytes.toString('latin1').replace(/\d{2,}/g, '9007199254740992'),
  ),
  'of a newer version': rewrite((bytes) => bytes.toString().replace(/"version": ?1/, '"version":99')),
  'of another shape': rewrite(() => '{"version":1,"run":-1,"total":1e308,"key":null,"l":"x","token":7}\n'),
  huge: (path) => truncateSync(path, 2 ** 40),
  'a pipe': replace((path) => execFileSync('mkfifo', [path])),
  'a device': replace((path) => symlinkSync('/dev/zero', path)),
  'a folder': replace((path) => mkdirSync(path)),
  'a dead link': replace((path) => symlinkSync('/nowhere/at/all', path)),
  'a link to itself': replace((path) => symlinkSync(path, path)),
  gone: replace(() => undefined),
};
