import { MINUTE_MS } from '../clock.js';
import type { SeenProduct } from '../history/history.js';
import { SECOND_LOOK_MS } from './judge.js';
import { judgeWatches } from './judge-watches.js';
import { findUpstream, getNextLook } from './look-plan.js';
import type { SweepContext } from './make-looks.js';
import { LONGEST_INTERVAL_MS } from './schedule.js';

/** Judges what others have asked since the last sweep: an answer that anybody fetched is a look, and costs no call. */
export async function judgeSeen(context: SweepContext): Promise<void> {
  const { getHistory } = context.parts;
  const upstreams = [...context.products.keys()];
  const isOne = getHistory(true) === getHistory(false);
  const hasSandbox = !isOne && upstreams.some(({ isSandbox }) => isSandbox);
  await judgeSeenIn(isOne ? undefined : false, context);
  if (hasSandbox) await judgeSeenIn(true, context);
}

/** @param isSandbox undefined where there is one history for all that answer */
async function judgeSeenIn(isSandbox: boolean | undefined, context: SweepContext): Promise<void> {
  const { store, getHistory, now } = context.parts;
  const mark = isSandbox ? 'seen-sandbox' : 'seen';
  const nowMs = now();
  const oldestMs = nowMs - LONGEST_INTERVAL_MS;
  const markMs = (await store.findMark(mark)) ?? oldestMs;
  // A machine whose clock is ahead says nothing of what has been judged.
  const sinceMs = markMs > nowMs ? oldestMs : Math.max(oldestMs, markMs);
  const seen = await getHistory(isSandbox === true).listSeenSince(sinceMs);
  for (const one of seen) await judgeOne(one, isSandbox, context);
  // The minute is not over: more may be seen in it.
  await store.putMark(mark, nowMs - MINUTE_MS);
}

async function judgeOne(
  { platform, id, source, atMs }: SeenProduct,
  isSandbox: boolean | undefined,
  { parts, products, count }: SweepContext,
): Promise<void> {
  const { store, getHistory, getUpstream, limits, now } = parts;
  for (const look of await store.listLooks({ platform, id, source })) {
    if (atMs <= look.seenMs) continue;
    const upstream = findUpstream(look, getUpstream);
    const isMadeUp = upstream?.isSandbox === true;
    if (isSandbox !== undefined && isMadeUp !== isSandbox) continue;
    const history = getHistory(isMadeUp);
    const judgement = await judgeWatches([look], {
      store,
      history,
      nowMs: now(),
      sandbox: isMadeUp,
      latest: source,
    });
    const isDoubted = judgement.doubted.size > 0;
    // Another process knows whom to ask, and how often.
    const regularMs = upstream ? getNextLook(look, atMs, upstream, { products, limits }) : look.dueMs;
    const dueMs = isDoubted ? now() + SECOND_LOOK_MS : regularMs;
    await store.settle([{ look, dueMs, seenMs: atMs }], judgement.judged);
    count.alerts.push(...judgement.alerts);
  }
}
