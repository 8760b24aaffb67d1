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

/** Links to a heading: the file, empty for the page itself, and the anchor. */
export function listAnchors(markdown: string): { readonly file: string; readonly anchor: string }[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s#:]*)#([^)\s]+)\)/g)];
  return targets.map(([, file = '', anchor = '']) => ({ file, anchor }));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function listHeadings(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The first cells of a table's rows, where they are code: `| \`this\` | … |`. */
export function listCodeCells(markdown: string): string[] {
  return [...markdown.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell);
}
