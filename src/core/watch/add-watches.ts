import { hash } from 'node:crypto';
import { BijiaError, ConfigError, InputError, toBijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import { isPaid, type Upstream } from '../lookup/upstream.js';
import { type Look, NEW_STATE, type Watch, type WatchedProduct, type WatchRule } from '../prices/watch.js';
import type { Ref } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { Provider } from '../provider.js';
import type { NewWatchRow } from '../state/history/watch-store.js';
import type { Webhook } from '../watch-settings.js';
import { findWebhook, isWebhookPlace } from './delivery.js';
import { addDemand, type Demand, readDemand } from './demand.js';
import { judge } from './judge.js';
import { getNextLook } from './look-plan.js';
import type { SweepParts } from './make-looks.js';
import { readLook } from './read-look.js';

export interface NewWatch {
  /** Several: the cheapest of them counts. */
  readonly refs: readonly NotedRef[];
  readonly rule: WatchRule;
  readonly owner: string;
  readonly to: string;
  readonly source?: string;
}

/** A watch that was made, and where the price stands. */
export interface MadeWatch {
  readonly watch: Watch;
  readonly look: Look;
  /** Whether the rule holds already, so that nothing will be told before it has been broken. */
  readonly isReached: boolean;
  /** Whether the target is so far below the price that it may be a slip of the finger. */
  readonly isFarBelow: boolean;
  readonly everyMs: number;
  /** How many looks a day may cost money, where each of them does. */
  readonly paidDaily?: number;
}

export interface AddParts extends Omit<SweepParts, 'resting'> {
  readonly shortLinks: ShortLinkOpener;
  /** @throws InputError, UnsupportedError for what is none: a shop has an id, too */
  readonly assertProductRef: (ref: Ref) => void;
  readonly providers: readonly Provider[];
  readonly webhooks: readonly Webhook[];
  /** Nothing is noted of what is seen: then nothing can be compared. */
  readonly isHistoryOff: boolean;
}

/** Products that are looked up at once when they are set; the first sweep looks at the rest. */
const MAX_LOOKED_UP = 100;
/** Under this part of the present price a target may be a slip of the finger. */
const FAR_BELOW = 0.3;
const OPENED_AT_ONCE = 8;

/**
 * Sets watches, or changes those of the same place, products and kind of rule. What cannot be watched is an error in its
 * place. @throws ConfigError where nothing can be
 */
export async function addWatches(
  wishes: readonly NewWatch[],
  parts: AddParts,
): Promise<(MadeWatch | BijiaError)[]> {
  if (parts.isHistoryOff) {
    throw new ConfigError('Price alerts compare prices with those seen before. Remove BIJIA_HISTORY=0.', {
      code: 'history_off',
    });
  }
  const opened = await openAll(wishes, parts);
  const demand = await readDemand(parts);
  const drafts = opened.map((wish) => toDraft(wish, parts, demand));
  const answers = await askAbout(drafts, parts);
  const made = await Promise.all(drafts.map((draft) => toMade(draft, answers, parts)));
  const rows = made.flatMap((one, at): NewWatchRow[] => {
    const draft = drafts[at];
    if (one instanceof BijiaError || !draft || draft instanceof BijiaError) return [];
    return [{ watch: one.watch, dueMs: getFirstLook(one, draft, parts, demand) }];
  });
  await parts.store.put(rows);
  return made;
}

/** Short links and share codes lead to products; a few are opened at once. */
async function openAll(
  wishes: readonly NewWatch[],
  { shortLinks, signal }: AddParts,
): Promise<(NewWatch | BijiaError)[]> {
  const opened: (NewWatch | BijiaError)[] = [];
  const open = async (wish: NewWatch): Promise<NewWatch> => ({
    ...wish,
    refs: await Promise.all(
      wish.refs.map(async (ref) => (ref.kind === 'short' ? shortLinks.open(ref, { signal }) : ref)),
    ),
  });
  for (let at = 0; at < wishes.length; at += OPENED_AT_ONCE) {
    const some = wishes.slice(at, at + OPENED_AT_ONCE);
    opened.push(...(await Promise.all(some.map((wish) => open(wish).catch(toBijiaError)))));
  }
  return opened;
}

/** A watch that nobody has looked for yet. */
interface Draft {
  readonly watch: Watch;
  readonly refs: readonly NotedRef[];
  /** The first product's. */
  readonly upstream: Upstream;
  readonly everyMs: number;
}

function toDraft(wish: NewWatch | BijiaError, parts: AddParts, demand: Demand): Draft | BijiaError {
  if (wish instanceof BijiaError) return wish;
  try {
    const { refs, rule, owner, to, source } = wish;
    for (const ref of refs) parts.assertProductRef(ref);
    if (isWebhookPlace(to) && !findWebhook(to, parts.webhooks))
      throw createNoWebhookError(to, parts.webhooks);
    const watched = refs.map((ref) => toWatched(ref, parts.providers));
    const upstreams = refs.map(({ platform, idType }) => parts.getUpstream(platform, { source, idType }));
    const [upstream] = upstreams;
    if (!upstream) throw new InputError('There is no product to watch.', { code: 'no_product_to_watch' });
    const intervals = watched.map((product, at) =>
      addDemand({ ...product, source: source ?? '' }, upstreams[at] ?? upstream, parts, demand),
    );
    const id = toWatchId(wish, watched);
    const rest = { owner, to, source, rule, createdMs: parts.now(), state: NEW_STATE };
    return { watch: { id, products: watched, ...rest }, refs, upstream, everyMs: Math.max(...intervals) };
  } catch (thrown) {
    return toBijiaError(thrown);
  }
}

/** The same for the same wish: setting it again changes it. 36 bits: two of 10,000 fall together once in 1,400 times. */
function toWatchId({ owner, to, source, rule }: NewWatch, products: readonly WatchedProduct[]): string {
  const names = products.map(({ platform, id }) => `${platform} ${id}`).sort();
  const facts = JSON.stringify([owner, to, source ?? '', rule.kind, names]);
  const digest = hash('sha256', facts, 'buffer');
  return `w${digest.readUIntBE(0, 6).toString(36).padStart(7, '0').slice(-7)}`;
}

type Answers = ReadonlyMap<NotedRef, Result>;

/** What costs money is not asked about: what is known must do. Neither is a long list, which the first sweep looks at. */
async function askAbout(
  drafts: readonly (Draft | BijiaError)[],
  { lookUp, signal }: AddParts,
): Promise<Answers> {
  const asked = drafts.flatMap((draft) =>
    draft instanceof BijiaError || isPaid(draft.upstream) ? [] : [draft],
  );
  const answers = new Map<NotedRef, Result>();
  if (asked.length > MAX_LOOKED_UP) return answers;
  for (const source of new Set(asked.map(({ watch }) => watch.source))) {
    const refs = asked.flatMap((draft) => (draft.watch.source === source ? draft.refs : []));
    const results = await lookUp(refs, { source, signal });
    for (const [at, ref] of refs.entries()) {
      const result = results[at];
      if (result) answers.set(ref, result);
    }
  }
  return answers;
}

async function toMade(
  draft: Draft | BijiaError,
  answers: Answers,
  { getHistory, limits, now }: AddParts,
): Promise<MadeWatch | BijiaError> {
  if (draft instanceof BijiaError) return draft;
  const { refs, upstream, everyMs, watch } = draft;
  const results = refs.flatMap((ref) => answers.get(ref) ?? []);
  const [first] = results;
  // What is gone is not waited for; what could not be asked about just now is.
  if (first?.error && results.every(({ outcome }) => outcome === 'not_found')) return first.error;
  const sandbox = results.some((result) => result.sandbox) || upstream.isSandbox === true;
  const look = await readLook(watch, getHistory(sandbox), { nowMs: now(), sandbox });
  const { state } = judge(watch, look);
  const fen = look.price?.fen ?? 0;
  return {
    watch: { ...watch, title: look.title, state, reportedFen: look.price?.fen },
    look,
    isReached: !state.isArmed,
    isFarBelow: watch.rule.kind === 'below' && watch.rule.fen < FAR_BELOW * fen,
    everyMs,
    ...(isPaid(upstream) && { paidDaily: limits.paidDaily }),
  };
}

/** What has been seen just now is due later; everything else with the next sweep. */
function getFirstLook(
  { watch, look }: MadeWatch,
  { upstream }: Draft,
  { limits, now }: AddParts,
  { products }: Demand,
): number {
  const [first] = watch.products;
  if (!first || look.isBuyable === undefined || watch.products.length > 1) return now();
  const taken = { ...first, source: watch.source ?? '', dueMs: now(), seenMs: now() };
  return getNextLook(taken, now(), upstream, { products, limits });
}

function toWatched({ platform, id, idType, url }: NotedRef, providers: readonly Provider[]): WatchedProduct {
  if (id === null) throw new InputError('That does not lead to a product.', { code: 'no_product_in_link' });
  const own = providers.find(({ marketplace, stableId }) => marketplace.id === platform && stableId);
  const stableId = own?.stableId?.({ id, idType }) ?? id;
  return { platform, id: stableId, askId: id, ...(idType && { idType }), url };
}

function createNoWebhookError(to: string, webhooks: readonly Webhook[]): InputError {
  const name = to.replace(/^[^:]*:/, '');
  const known = webhooks.length > 0 ? webhooks.map((one) => one.name).join(', ') : undefined;
  const others = known === undefined ? '' : ` Set already: ${known}.`;
  return new InputError(`There is no webhook ${name}. Set BIJIA_WEBHOOK_${name}_URL.${others}`, {
    code: 'no_webhook',
    facts: { name, known },
  });
}
