/** A level piece of a line in a picture. */
export interface Level {
  readonly fromX: number;
  readonly toX: number;
  readonly y: number;
}

/** The level pieces of a path of `M`, `H`, `V` and `h`. */
export function readLevels(path: string): Level[] {
  const levels: Level[] = [];
  let [x, y] = [0, 0];
  for (const [, command, first, second] of path.matchAll(/([MHVh])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    const value = Number(first);
    if (command === 'M') [x, y] = [value, Number(second)];
    if (command === 'V') y = value;
    if (command === 'H' || command === 'h') {
      const toX = command === 'h' ? x + value : value;
      levels.push({ fromX: Math.min(x, toX), toX: Math.max(x, toX), y });
      x = toX;
    }
  }
  return levels;
}

/** The path that is drawn in a colour. */
export function findPath(svg: string, colour: string): string {
  const [, path] = new RegExp(`<path d="([^"]*)" fill="none" stroke="${colour}"`).exec(svg) ?? [];
  return path ?? '';
}
