import { parseJson } from '../../src/core/product/json.js';

type Fields = Readonly<Record<string, unknown>>;

/** An answer as of an interface that has changed: the object that says most gives all it says other names. */
export function renameFields(text: string): string {
  let most = 0;
  visit(parseJson(text), (fields) => {
    most = Math.max(most, Object.keys(fields).length);
    return fields;
  });
  const renamed = visit(parseJson(text), (fields) =>
    Object.keys(fields).length < most
      ? fields
      : Object.fromEntries(Object.entries(fields).map(([name, value]) => [`new_${name}`, value])),
  );
  return JSON.stringify(renamed);
}

const holdsMore = (value: unknown): boolean =>
  typeof value === 'string' ? /^[[{]/.test(value) : typeof value === 'object' && value !== null;

/** The names under which an answer holds objects, lists and JSON texts with something in them, at every depth. */
export function listContainers(text: string): string[] {
  const names = new Set<string>();
  visit(parseJson(text), (fields) => {
    for (const [name, value] of Object.entries(fields))
      if (holdsMore(value) && JSON.stringify(value).length > 4) names.add(name);
    return fields;
  });
  return [...names];
}

/** The answer with one of its names changed, wherever it stands. */
export function renameField(text: string, name: string): string {
  const rename = (fields: Fields) =>
    Object.fromEntries(
      Object.entries(fields).map(([one, value]) => [one === name ? `new_${one}` : one, value]),
    );
  return JSON.stringify(visit(parseJson(text), rename));
}

/** Every object of a document, those in JSON within its texts among them, replaced from the outside in. */
function visit(value: unknown, replace: (fields: Fields) => Fields): unknown {
  if (Array.isArray(value)) return value.map((entry) => visit(entry, replace));
  if (typeof value === 'string')
    return /^[[{]/.test(value) ? JSON.stringify(visit(parseJson(value), replace)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(replace(value as Fields));
  return Object.fromEntries(fields.map(([name, one]) => [name, visit(one, replace)]));
}
