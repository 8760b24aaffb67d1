/** What tests need to know of a Markdown file. */

export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks, in order. `sh` is run as written; `console` is shown only. */
export function listBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** Targets of links and pictures that lead to files of this project. */
export function listLocalLinks(markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^(https?:|mailto:|#)/.test(target))
    .map((target) => target.replace(/#.*$/, ''));
}

/** The first cells of a table's rows, where they are code: `| \`this\` | … |`. */
export function listCodeCells(markdown: string): string[] {
  return [...markdown.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell);
}
