import type { History } from '../history/history.js';
import { type Alert, toAlert } from '../prices/alert.js';
import type { Watch } from '../prices/watch.js';
import type { JudgedWatch, WatchedLook, WatchStore } from '../state/history/watch-store.js';
import { judge } from './judge.js';
import { readLook } from './read-look.js';

export interface JudgeParts {
  readonly store: Pick<WatchStore, 'listOf'>;
  readonly history: Pick<History, 'getReports'>;
  readonly nowMs: number;
  /** Whether what was seen is made up. */
  readonly sandbox: boolean;
  /** The source that has just answered. */
  readonly latest?: string;
}

export interface JudgedLooks {
  readonly judged: readonly JudgedWatch[];
  readonly alerts: readonly Alert[];
  /** Looks to be made again soon, before anybody is told. */
  readonly doubted: ReadonlySet<WatchedLook>;
}

/** A watch, and those of its products that were looked at. */
interface Affected {
  readonly watch: Watch;
  readonly looks: WatchedLook[];
}

/** Judges everything that watches what was looked at: once, however many of its products that were. */
export async function judgeWatches(looks: readonly WatchedLook[], parts: JudgeParts): Promise<JudgedLooks> {
  const judged: JudgedWatch[] = [];
  const doubted = new Set<WatchedLook>();
  for (const { watch, looks: own } of await listAffected(looks, parts)) {
    const look = await readLook(watch, parts.history, parts);
    const { state, isDoubted, alert: news } = judge(watch, look);
    const alert = news && toAlert(watch, look, news);
    const title = watch.title === undefined ? look.title : undefined;
    judged.push({ watchId: watch.id, before: watch.state, state, alert, title });
    if (isDoubted) for (const one of own) doubted.add(one);
  }
  return { judged, doubted, alerts: judged.flatMap(({ alert }) => alert ?? []) };
}

async function listAffected(
  looks: readonly WatchedLook[],
  { store }: Pick<JudgeParts, 'store'>,
): Promise<Affected[]> {
  const found = new Map<string, Affected>();
  for (const look of looks) {
    for (const watch of await store.listOf(look)) {
      const known = found.get(watch.id);
      if (known) known.looks.push(look);
      else found.set(watch.id, { watch, looks: [look] });
    }
  }
  return [...found.values()];
}
