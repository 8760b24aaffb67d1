import { SaxesParser } from 'saxes';

/** What happens in a document, by the names of its tags without prefixes. */
export interface XmlHandlers {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** Reads XML in pieces. A fragment may begin in the middle of a document. */
export function createXmlReader({ open, text, close }: XmlHandlers, isFragment = false): SaxesParser {
  const parser = new SaxesParser({ fragment: isFragment });
  if (isFragment) parser.on('error', () => undefined);
  if (open) {
    parser.on('opentag', ({ name, attributes }) => {
      open(localName(name), attributes as Record<string, string>);
    });
  }
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  if (close) parser.on('closetag', ({ name }) => close(localName(name)));
  return parser;
}

/** An attribute whatever its prefix. */
export function findAttribute(
  attributes: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  return attributes[name] ?? Object.entries(attributes).find(([key]) => localName(key) === name)?.[1];
}

/** Reads a whole part. */
export async function readXml(
  texts: AsyncIterable<string> | undefined,
  handlers: XmlHandlers,
): Promise<void> {
  if (!texts) return;
  const reader = createXmlReader(handlers);
  for await (const text of texts) reader.write(text);
  reader.close();
}
