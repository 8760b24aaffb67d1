const MAX_COMPARED = 40;

/** The name that was most likely meant: the nearest one, if at most a third of the letters have to be changed. */
export function findNearestName(given: string, names: readonly string[]): string | undefined {
  const fold = (name: string) => name.toLowerCase().replace(/[_\s-]/g, '');
  const short = fold(given.slice(0, MAX_COMPARED));
  const [nearest] = names
    .map((name) => ({ name, distance: getEditDistance(short, fold(name)) }))
    .filter(({ name, distance }) => distance <= Math.min(short.length, name.length) / 3)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** Levenshtein distance: how many letters have to be changed. */
function getEditDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
