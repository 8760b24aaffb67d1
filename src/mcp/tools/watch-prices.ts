import * as z from 'zod';
import { formatAlert, InputError, type MadeWatch, parseAmountFen, type Watch } from '../../core/index.js';
import { toNotice } from '../answers/result.js';
import type { Catalogue } from '../catalogue.js';
import { type Annotations, defineTool, type Tool, type ToolAnswer, type ToolCall } from '../tool.js';

/** An injected title must not remove alerts unseen: hosts ask before such a call. */
const CHANGES: Annotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};
const DAY_MS = 86_400_000;
const ALERT_DAYS = 7;
const WHERE = 'Alerts come from `bijia watch run` or the bot on this machine, never in this chat.';

export function createWatchPricesTool({ platforms }: Catalogue): Tool {
  return defineTool({
    name: 'watch_prices',
    title: 'Price alerts',
    description:
      'Price alerts. Without arguments lists them and what was told in 7 days; products adds, remove removes. ' +
      'Alerts come from `bijia watch run` or the bot, never in this chat: say so.',
    input: z.strictObject({
      products: z.array(z.string().min(1).max(4000)).min(1).max(20).optional().describe('Links or ids'),
      platform: z.enum(platforms).optional().describe('Only needed for bare ids'),
      below: z.number().min(0.01).optional().describe('Target in yuan; without it any drop of 2 % is told'),
      remove: z.array(z.string().max(20)).max(100).optional().describe('Ids of alerts'),
    }),
    output: z.object({
      watches: z.array(z.object({})).optional(),
      alerts: z.array(z.object({})).optional(),
      error: z.object({}).optional(),
      notice: z.string().optional(),
    }),
    annotations: CHANGES,
    aliases: {
      products: ['product', 'urls', 'links', 'ids'],
      below: ['target', 'price'],
      platform: ['marketplace'],
    },
    run: async ({ products = [], platform, below, remove = [] }, call) => {
      const { core, caller } = call;
      const missing = await removeAll(remove, call);
      const made: MadeWatch[] = [];
      for (const product of products) {
        for (const ref of core.parseProductRefs(product, { platform })) {
          const rule = below === undefined ? ({ kind: 'drop' } as const) : toBelow(below);
          made.push(await core.watches.add({ refs: [ref], rule, owner: caller.owner, to: 'stdout' }));
        }
      }
      return formatState(call, { made, missing });
    },
  });
}

function toBelow(yuan: number) {
  const fen = parseAmountFen(String(yuan));
  if (fen === undefined) throw new InputError('below is an amount in yuan, above 0 and at most 10,000,000.');
  return { kind: 'below', fen } as const;
}

async function removeAll(ids: readonly string[], { core, caller }: ToolCall): Promise<string[]> {
  const missing: string[] = [];
  for (const id of ids) if (!(await core.watches.remove(id, caller.owner))) missing.push(id);
  return missing;
}

async function formatState(
  { core, caller, now }: ToolCall,
  { made, missing }: { readonly made: readonly MadeWatch[]; readonly missing: readonly string[] },
): Promise<ToolAnswer> {
  const watches = await core.watches.list(caller.owner);
  const alerts = await core.watches.listAlerts(now() - ALERT_DAYS * DAY_MS, caller.owner);
  const sandbox = core.isSandbox || undefined;
  return {
    data: {
      ...(made.length > 0 && {
        added: made.map(({ watch, isReached }) => ({
          watch: watch.id,
          ...(isReached && { reached_now: true }),
        })),
      }),
      ...(missing.length > 0 && { unknown: missing }),
      watches: watches.map(toRow),
      alerts: alerts.map(({ alert, status }) => ({ ...formatAlert(alert), status })),
      currency: 'CNY',
      hint: WHERE,
      ...(sandbox && { sandbox }),
      notice: toNotice(sandbox),
    },
  };
}

function toRow({ id, title, products, rule, state }: Watch) {
  const [first] = products;
  return {
    watch: id,
    platform: first?.platform,
    id: first?.askId,
    title,
    rule: rule.kind,
    ...(rule.kind === 'below' && { target: rule.fen / 100 }),
    ...(state.lastFen !== undefined && { last: state.lastFen / 100 }),
  };
}
