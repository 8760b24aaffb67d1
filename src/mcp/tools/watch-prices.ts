import * as z from 'zod';
import {
  type Alert,
  type AlertStatus,
  type BijiaError,
  formatAlert,
  formatWatchChange,
  InputError,
  type MadeWatch,
  type NewWatch,
  parseAmountFen,
  toBijiaError,
  type Watch,
  type WatchRule,
} from '../../core/index.js';
import { takeFitting } from '../answers/page-size.js';
import { cleanInput, toErrorJson, toNotice } from '../answers/result.js';
import type { Catalogue } from '../catalogue.js';
import {
  type Annotations,
  defineTool,
  PRODUCTS_NAMES,
  type Tool,
  type ToolAnswer,
  type ToolCall,
} from '../tool.js';

/** An injected title must not remove alerts unseen: hosts ask before such a call. */
const CHANGES: Annotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};
const DAY_MS = 86_400_000;
const CHANGED_DAYS = 7;
const MAX_LISTED = 100;
/** Of what changed, and of what was told; the list of alerts has the rest of the room. */
const MAX_TOLD = 30;
const MAX_ECHO_CHARS = 120;
const WHERE = 'Alerts come from `bijia watch run` or the bot on this machine, never in this chat.';
const NO_RUNNER =
  'Neither has run in the last day: nobody will be told until one does. Say so, and ask the user to start it.';

export function createWatchPricesTool({ platforms }: Catalogue): Tool {
  return defineTool({
    name: 'watch_prices',
    title: 'Price alerts',
    description:
      'Price alerts. Without arguments lists them and what changed; products adds or changes, remove removes. ' +
      'Alerts come from `bijia watch run` or the bot, never in this chat: say so.',
    input: z.strictObject({
      products: z.array(z.string().min(1).max(4000)).min(1).max(20).optional().describe('Links or ids'),
      platform: z.enum(platforms).optional().describe('Only needed for bare ids'),
      below: z.number().min(0.01).optional().describe('Target in yuan; else any drop of 2 % is told'),
      cheapest: z.boolean().optional().describe('One alert for the cheapest of them'),
      remove: z.array(z.string().max(20)).max(100).optional().describe('Alert ids'),
      since_days: z.int().min(1).max(1100).optional().describe('7 if absent'),
    }),
    output: z.object({
      watches: z.array(z.object({})).optional(),
      alerts: z.array(z.object({})).optional(),
      error: z.object({}).optional(),
      notice: z.string().optional(),
    }),
    annotations: CHANGES,
    aliases: {
      products: PRODUCTS_NAMES,
      below: ['target', 'price'],
      platform: ['marketplace'],
      cheapest: ['group'],
      since_days: ['days'],
    },
    run: async ({ remove = [], since_days: days = CHANGED_DAYS, ...wanted }, call) => {
      const { core, caller, signal } = call;
      const removed = await core.watches.remove(remove, caller.owner);
      const { wishes, failed } = readWishes(wanted, call);
      const results = await core.watches.addAll(wishes, { signal });
      const refused = results.flatMap((one, at) => {
        if ('watch' in one) return [];
        const names = wishes[at]?.refs.map(({ id, url }) => id ?? url) ?? [];
        return [{ product: cleanInput(names.join(' '), MAX_ECHO_CHARS), error: one }];
      });
      const made = results.flatMap((one) => ('watch' in one ? [one] : []));
      const missing = remove.filter((id) => !removed.includes(id));
      return toStateAnswer(call, { made, missing, days, failed: [...failed, ...refused] });
    },
  });
}

interface Wanted {
  readonly products?: readonly string[];
  readonly platform?: string;
  readonly below?: number;
  readonly cheapest?: boolean;
}

interface Failed {
  readonly product: string;
  readonly error: BijiaError;
}

function readWishes({ products = [], platform, below, cheapest }: Wanted, { core, caller }: ToolCall) {
  const rule = below === undefined ? ({ kind: 'drop' } as const) : toBelow(below);
  const failed: Failed[] = [];
  const refs = products.flatMap((product) => {
    try {
      return core.parseProductRefs(product, { platform });
    } catch (thrown) {
      failed.push({ product: cleanInput(product, MAX_ECHO_CHARS), error: toBijiaError(thrown) });
      return [];
    }
  });
  const groups = cheapest && refs.length > 0 ? [refs] : refs.map((ref) => [ref]);
  const wishes = groups.map((group): NewWatch => ({ refs: group, rule, owner: caller.owner, to: 'stdout' }));
  return { wishes, failed };
}

function toBelow(yuan: number): WatchRule {
  const fen = parseAmountFen(String(yuan));
  if (fen === undefined) throw new InputError('below is an amount in yuan, above 0 and at most 10,000,000.');
  return { kind: 'below', fen };
}

interface Done {
  readonly made: readonly MadeWatch[];
  readonly missing: readonly string[];
  readonly failed: readonly Failed[];
  readonly days: number;
}

async function toStateAnswer(call: ToolCall, { made, missing, failed, days }: Done): Promise<ToolAnswer> {
  const { core, caller, now } = call;
  const { watches } = core;
  const sinceMs = now() - days * DAY_MS;
  const listed = await watches.list(caller.owner);
  const told = await watches.listAlerts(sinceMs, caller.owner);
  const changes = await watches.listChanges(caller.owner, sinceMs);
  const { isAlive, lastMs } = await watches.runner();
  const changed = takeFitting(changes.slice(0, MAX_TOLD).map(toChange));
  const latest = told.slice(-MAX_TOLD).reverse();
  const alerts = takeFitting(latest.map(toTold), changed.used);
  const shown = takeFitting(listed.slice(0, MAX_LISTED).map(toRow), alerts.used).taken;
  const sandbox = core.isSandbox || undefined;
  const [first] = failed;
  const isError = first !== undefined && made.length === 0;
  return {
    isError,
    data: {
      ...(isError && { error: toErrorJson(first.error) }),
      ...(made.length > 0 && { added: made.map(toAdded) }),
      ...(failed.length > 0 && {
        failed: failed.map(({ product, error }) => ({ product, error: toErrorJson(error) })),
      }),
      ...(missing.length > 0 && { unknown: missing.map((id) => cleanInput(id)) }),
      watches: shown,
      ...(listed.length > shown.length && { total: listed.length }),
      changed: changed.taken,
      alerts: alerts.taken.reverse(),
      runner: { alive: isAlive, ...(lastMs !== undefined && { last: new Date(lastMs).toISOString() }) },
      currency: 'CNY',
      hint: isAlive ? WHERE : `${WHERE} ${NO_RUNNER}`,
      ...(sandbox && { sandbox }),
      notice: toNotice(sandbox),
    },
  };
}

const toTold = ({ alert, status }: { readonly alert: Alert; readonly status: AlertStatus }) => ({
  ...formatAlert(alert),
  status,
});

function toAdded({ watch, look, isReached, isFarBelow, everyMs, paidDaily }: MadeWatch) {
  return {
    watch: watch.id,
    ...(look.price && { now: { amount: look.price.fen / 100, kind: look.price.kind } }),
    ...(isReached && { reached_now: true }),
    ...(isFarBelow && {
      far_below: 'The target is under 30 % of the current price: ask whether it is right.',
    }),
    looked_at_every_s: Math.round(everyMs / 1000),
    ...(paidDaily !== undefined && { paid_looks_a_day: paidDaily }),
  };
}

function toChange(change: Parameters<typeof formatWatchChange>[0]) {
  const { watch, id, title, before, price, price_kind: kind, share, verdict } = formatWatchChange(change);
  return { watch, id, title, before, now: price, kind, share, verdict };
}

function toRow({ id, title, products, rule, state }: Watch) {
  const [first] = products;
  return {
    watch: id,
    platform: first?.platform,
    id: first?.askId,
    ...(products.length > 1 && { cheapest_of: products.map(({ askId }) => askId) }),
    title,
    rule: rule.kind,
    ...(rule.kind === 'below' && { target: rule.fen / 100 }),
    ...(state.lastFen !== undefined && { last: state.lastFen / 100 }),
  };
}
