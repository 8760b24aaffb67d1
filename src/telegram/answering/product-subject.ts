import type { Core } from '../../core/index.js';
import { BETWEEN_IDS, formatSubject, parseSubject } from '../cards/button-data.js';

/** The products that a button is about, which asked about several ids at once; empty where one is none. */
export function readProductSubjects(
  subject: string,
  core: Pick<Core, 'marketplaces' | 'toProductRef'>,
): ReturnType<Core['toProductRef']>[] {
  const found = parseSubject(subject, core.marketplaces);
  const ids = /^\d+(?:_\d+)+$/.test(found?.id ?? '') ? (found?.id.split(BETWEEN_IDS) ?? []) : [];
  if (!found || ids.length === 0) return [readProductSubject(subject, core) ?? []].flat();
  const refs = ids.flatMap((id) => readProductSubject(formatSubject({ ...found, id }), core) ?? []);
  return refs.length === ids.length ? refs : [];
}

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
