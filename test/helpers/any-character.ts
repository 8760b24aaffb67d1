import fc from 'fast-check';

const SURROGATE = 0xd800;
const SURROGATES = 0x800;

/**
 * Every character of Unicode, as a `unit` of `fc.string`. That called `binary` makes a table of them all, which takes a
 * second and stays with the process, where each collection of garbage goes through its million texts.
 */
export const anyCharacter = fc.nat(0x10ffff - SURROGATES).map(
  (at) => String.fromCodePoint(at < SURROGATE ? at : at + SURROGATES),
  (text) => {
    const [point = 0, ...others] = Array.from(String(text), (one) => one.codePointAt(0));
    if (text === '' || others.length > 0 || (point >= SURROGATE && point < SURROGATE + SURROGATES))
      throw new Error('This is not one character.');
    return point < SURROGATE ? point : point - SURROGATES;
  },
);
