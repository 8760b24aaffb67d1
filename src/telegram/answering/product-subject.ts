import type { Core } from '../../core/index.js';
import { parseSubject } from '../cards/button-data.js';

/** The product a button is about. @returns undefined for an id that no marketplace of ours would give out */
export function readProductSubject(
  subject: string,
  { marketplaces, toProductRef }: Pick<Core, 'marketplaces' | 'toProductRef'>,
): ReturnType<Core['toProductRef']> | undefined {
  const found = parseSubject(subject, marketplaces);
  if (!found) return undefined;
  try {
    const ref = toProductRef(found.platform, found.id);
    return ref.id === found.id ? ref : undefined;
  } catch {
    return undefined;
  }
}
