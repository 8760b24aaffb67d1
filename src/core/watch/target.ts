import type { Watch } from '../prices/watch.js';

/** The price that somebody waits for: the highest one of their watches of a product; undefined where they wait for none. */
export function findTargetFen(
  watches: readonly Watch[],
  { platform, id }: { readonly platform?: string; readonly id?: string },
): number | undefined {
  const targets = watches.flatMap(({ rule, products }) => {
    const isMeant = products.some((one) => one.platform === platform && (one.id === id || one.askId === id));
    return isMeant && rule.kind === 'below' ? [rule.fen] : [];
  });
  return targets.length > 0 ? Math.max(...targets) : undefined;
}
