/** Sentences that many rows share, each once: the rows hold its code. */
export type Legend = ReturnType<typeof createLegend>;

export function createLegend() {
  const codes = new Map<string, string>();
  let fresh: string[] = [];
  return {
    /** The code of a sentence; a new one where it comes for the first time. */
    codeOf: (sentence: string) => {
      const known = codes.get(sentence);
      if (known !== undefined) return known;
      const code = `n${codes.size + 1}`;
      codes.set(sentence, code);
      fresh.push(sentence);
      return code;
    },
    /** Those that came since this was last called. */
    takeNew: () => {
      const taken = fresh;
      fresh = [];
      return taken;
    },
    /** All of them by code; undefined where there are none. */
    sentences: () =>
      codes.size === 0
        ? undefined
        : Object.fromEntries([...codes].map(([sentence, code]) => [code, sentence])),
  };
}
