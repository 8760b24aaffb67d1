import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  BijiaError,
  type Core,
  createBatches,
  InputError,
  type NotedRef,
  parseAmountFen,
  type WatchRule,
} from '../../../core/index.js';
import type { CliContext } from '../../context.js';
import { readShare } from '../../help/option-values.js';

/** What flags say of a watch; columns of a list may say otherwise for a line. */
export interface WishFlags {
  readonly platform?: string;
  readonly below?: number;
  readonly drop?: number;
  readonly low?: true;
  readonly stock?: true;
  readonly group?: true;
}

/** What one argument or line of a list asks for, or why it cannot be had. */
export interface Wish {
  readonly refs: readonly NotedRef[];
  readonly rule: WatchRule;
}

export interface Unread {
  /** Its line in a list, from 1. */
  readonly line?: number;
  readonly error: BijiaError;
}

const BELOW_COLUMN = /^(below|target|target[ _]price|目标价|心理价|低于|不高于)(（元）|\(元\))?$/i;
const DROP_COLUMN = /^(drop|降幅|降价幅度)$/i;

/** Everything that texts and lists name; of a group one wish. */
export async function* listWishes(
  context: CliContext,
  core: Core,
  texts: readonly string[],
  flags: WishFlags,
): AsyncGenerator<Wish | Unread> {
  const group: NotedRef[] = [];
  for await (const one of readTexts(context, core, texts, flags)) {
    if ('error' in one) yield one;
    else if (flags.group) group.push(...one.refs);
    else for (const ref of one.refs) yield { refs: [ref], rule: one.rule };
  }
  if (group.length > 0) yield { refs: group, rule: toRule(flags) };
}

async function* readTexts(
  { cwd }: CliContext,
  core: Core,
  texts: readonly string[],
  flags: WishFlags,
): AsyncGenerator<Wish | Unread> {
  for (const text of texts) {
    const path = resolve(cwd, text);
    if (isFile(path)) yield* listFromFile(path, core, flags);
    else yield { refs: core.parseProductRefs(text, flags), rule: toRule(flags) };
  }
}

const isFile = (path: string) => existsSync(path) && statSync(path).isFile();

/** The rule that flags name. */
function toRule({ below, drop, low, stock }: WishFlags): WatchRule {
  if (below !== undefined) return { kind: 'below', fen: below };
  if (low) return { kind: 'low' };
  if (stock) return { kind: 'stock' };
  return { kind: 'drop', ...(drop !== undefined && { share: drop }) };
}

async function* listFromFile(path: string, core: Core, flags: WishFlags): AsyncGenerator<Wish | Unread> {
  for await (const { line, refs, own } of createBatches(core).readProducts({ path }, flags)) {
    const rule = readRule(own, flags);
    if (rule instanceof BijiaError) yield { line, error: rule };
    else {
      for (const ref of refs) yield ref instanceof BijiaError ? { line, error: ref } : { refs: [ref], rule };
    }
  }
}

/** A cell that cannot be read is refused: the line would be watched for something else. */
function readRule(own: Readonly<Record<string, string>>, flags: WishFlags): WatchRule | InputError {
  const cellOf = (name: RegExp) =>
    Object.entries(own)
      .find(([header]) => name.test(header.trim()))?.[1]
      .trim() ?? '';
  const [target, fall] = [cellOf(BELOW_COLUMN), cellOf(DROP_COLUMN)];
  const below = target === '' ? undefined : parseAmountFen(target);
  const drop = readShare(fall) || undefined;
  if (target !== '' && below === undefined) return createCellError(target, 'target_price', '4999');
  if (fall !== '' && drop === undefined) return createCellError(fall, 'price_drop', '5%');
  if (below !== undefined) return toRule({ below });
  return drop === undefined ? toRule(flags) : toRule({ drop });
}

function createCellError(given: string, code: 'target_price' | 'price_drop', example: string): InputError {
  const meaning = code === 'target_price' ? 'an amount in yuan, above 0 and at most 10,000,000' : 'a share';
  return new InputError(`"${given.slice(0, 30)}" is not ${meaning}, such as ${example}.`, {
    code,
    facts: { given: given.slice(0, 30), example },
  });
}
