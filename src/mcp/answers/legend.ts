/** Sentences that many rows share, each once: the rows hold its code. */
export interface Legend {
  /** The code of a sentence; a new one where it comes for the first time. */
  readonly codeOf: (sentence: string) => string;
  /** Those that came since this was last called. */
  readonly takeNew: () => readonly string[];
  /** All of them by code; undefined where there are none. */
  readonly sentences: () => Readonly<Record<string, string>> | undefined;
}

export function createLegend(): Legend {
  const codes = new Map<string, string>();
  let fresh: string[] = [];
  return {
    codeOf: (sentence) => {
      const known = codes.get(sentence);
      if (known !== undefined) return known;
      const code = `n${codes.size + 1}`;
      codes.set(sentence, code);
      fresh.push(sentence);
      return code;
    },
    takeNew: () => {
      const taken = fresh;
      fresh = [];
      return taken;
    },
    sentences: () =>
      codes.size === 0
        ? undefined
        : Object.fromEntries([...codes].map(([sentence, code]) => [code, sentence])),
  };
}
