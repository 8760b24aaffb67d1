import type { HeldPermit } from './held-permit.js';
import type { Timing } from './permit-timing.js';

/** When the permit is free again, as far as is known: an unanswered call counts until its lease is over. */
export function getReturnUs(permit: HeldPermit, timing: Timing): number {
  if (permit.void) return Number.NEGATIVE_INFINITY;
  const holdUs = Math.max(timing.holdUs, permit.holdUs);
  return (permit.answeredUs ?? permit.acquiredUs + timing.leaseUs) + holdUs;
}

/** The same, but a call on its way counts as answered at once, unless that would be over by now. */
export function getLikelyReturnUs(permit: HeldPermit, nowUs: number, timing: Timing): number {
  const likelyUs = permit.acquiredUs + Math.max(timing.holdUs, permit.holdUs);
  if (permit.void || permit.answeredUs !== undefined || likelyUs <= nowUs) return getReturnUs(permit, timing);
  return likelyUs;
}
