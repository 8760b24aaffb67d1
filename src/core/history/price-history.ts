import { type BijiaError, NotFoundError, type Outcome, toBijiaError, UnsupportedError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import type { GetOptions, LookUp } from '../lookup/look-up.js';
import type { Resolve } from '../lookup/question.js';
import { isPaid, type Upstream } from '../lookup/upstream.js';
import type { Ref } from '../product/product.js';
import type { Provider } from '../provider.js';
import type { History, SourceHistory } from './history.js';

export interface PriceHistoryOptions
  extends Pick<GetOptions, 'platform' | 'source' | 'fresh' | 'signal' | 'lane' | 'onPermit' | 'onWait'> {
  /** How far back changes are listed; 90 unless said otherwise. */
  readonly days?: number;
  /** Asks no upstream. */
  readonly offline?: boolean;
  /** The most products of a text, from its first on; all of them unless given. */
  readonly most?: number;
}

/** What one source's price of a product was, or why that is not known. */
export interface PriceHistory {
  readonly input: string;
  readonly outcome: Outcome;
  readonly platform?: string;
  readonly id?: string;
  readonly history?: SourceHistory;
  readonly error?: BijiaError;
  readonly sandbox?: boolean;
}

/**
 * One result for each product and source that was seen. Asks for the present price first, unless that costs money:
 * then only with `fresh`. What fails at an upstream is a result.
 * @throws ConfigError where the history cannot be read
 */
export type GetPriceHistory = (
  texts: string | readonly string[],
  options?: PriceHistoryOptions,
) => Promise<PriceHistory[]>;

/** Deletes what was seen of the products that a text names. @returns how many series @throws InputError, ConfigError */
export type ForgetPriceHistory = (text: string, options?: GetOptions) => Promise<number>;

export interface PriceHistoryParts {
  readonly parse: (text: string, options: GetOptions) => readonly NotedRef[];
  readonly resolve: Resolve;
  /** @throws InputError, UnsupportedError for what is none: a shop has an id, too */
  readonly assertProductRef: (ref: Ref) => void;
  readonly lookUp: LookUp;
  readonly shortLinks: ShortLinkOpener;
  readonly providers: readonly Provider[];
  /** The history of what is real, or of what the sandbox made up. */
  readonly getHistory: (isSandbox: boolean) => Pick<History, 'getReports' | 'removeProduct'>;
  readonly isSandbox: boolean;
}

const DEFAULT_DAYS = 90;

/** A product that a text names, and what asking for its present price brought. */
interface Asked {
  readonly input: string;
  readonly ref?: NotedRef;
  readonly error?: BijiaError;
  readonly sandbox?: boolean;
  /** The upstream that would be asked may be a sandbox: what it said earlier is better than nothing. */
  readonly isAtSandbox?: boolean;
}

export function createPriceHistory(parts: PriceHistoryParts): {
  readonly getPriceHistory: GetPriceHistory;
  readonly forgetPriceHistory: ForgetPriceHistory;
} {
  const forgetPriceHistory: ForgetPriceHistory = async (text, options = {}) => {
    const history = parts.getHistory(parts.isSandbox);
    const refs = parts.parse(text, options);
    for (const ref of refs) parts.assertProductRef(ref);
    const keys = refs.flatMap((ref) =>
      listStableIds(parts.providers, ref).map((id) => ({ platform: ref.platform, id })),
    );
    const counts = await Promise.all(keys.map(({ platform, id }) => history.removeProduct(platform, id)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const getPriceHistory: GetPriceHistory = async (texts, options = {}) => {
    const asked = await Promise.all([texts].flat().map((text) => ask(parts, text, options)));
    const results = await Promise.all(asked.flat().map((one) => read(parts, one, options)));
    return results.flat();
  };
  return { getPriceHistory, forgetPriceHistory };
}

async function ask(parts: PriceHistoryParts, input: string, options: PriceHistoryOptions): Promise<Asked[]> {
  try {
    const refs = parts.parse(input, options).slice(0, options.most);
    return await Promise.all(refs.map((ref) => askOne(parts, input, ref, options)));
  } catch (thrown) {
    return [{ input, error: toBijiaError(thrown) }];
  }
}

async function askOne(
  parts: PriceHistoryParts,
  input: string,
  ref: NotedRef,
  options: PriceHistoryOptions,
): Promise<Asked> {
  const { upstream, error } = parts.resolve(ref, options);
  if (error && error.outcome !== 'not_configured') return { input, ref, error };
  if (options.offline && ref.kind === 'short') return { input, ref, error: createShortLinkError() };
  const isStoredEnough = !upstream || options.offline || (isPaid(upstream) && !options.fresh);
  if (isStoredEnough) {
    return { input, ref: await open(parts, ref, options), isAtSandbox: upstream && leadsToSandbox(upstream) };
  }
  const [result] = await parts.lookUp([ref], options);
  const { product, error: failure, sandbox } = result ?? {};
  const opened = product && { ...ref, kind: 'product' as const, id: product.id, idType: product.idType };
  return { input, ref: opened ?? ref, error: failure, sandbox };
}

/** No marketplace answers at an address of this machine or of a network without names. */
const LOCAL = /^https?:\/\/(?:localhost|127\.|\[::1\]|[\w-]+(?:[:/]|$))/i;

/** Whether the sandbox answers at its addresses; before the first answer they themselves are all that is known. */
function leadsToSandbox({ isSandbox, values }: Upstream): boolean {
  if (isSandbox !== undefined) return isSandbox;
  return Object.values(values).some((value) => typeof value === 'string' && LOCAL.test(value));
}

function createShortLinkError(): UnsupportedError {
  return new UnsupportedError(
    'A short link has to be opened, which needs the network. Paste the long link.',
    {
      code: 'short_link_offline',
    },
  );
}

async function open(
  { shortLinks }: PriceHistoryParts,
  ref: NotedRef,
  { signal }: PriceHistoryOptions,
): Promise<NotedRef> {
  return ref.kind === 'short' ? { ...ref, ...(await shortLinks.open(ref, { signal })) } : ref;
}

async function read(
  parts: PriceHistoryParts,
  asked: Asked,
  options: PriceHistoryOptions,
): Promise<PriceHistory[]> {
  const results = await readOne(parts, asked, options);
  const isUnseen = results.every(({ history }) => !history);
  if (!isUnseen || !asked.isAtSandbox || asked.sandbox) return results;
  const made = await readOne(parts, { ...asked, sandbox: true }, options);
  return made.some(({ history }) => history) ? made : results;
}

async function readOne(
  parts: PriceHistoryParts,
  { input, ref, error, sandbox }: Asked,
  { days = DEFAULT_DAYS, source }: PriceHistoryOptions,
): Promise<PriceHistory[]> {
  const isSandbox = sandbox ?? parts.isSandbox;
  const base = { input, platform: ref?.platform, id: ref?.id ?? undefined, sandbox: isSandbox || undefined };
  if (!ref || ref.id === null) return [{ ...base, outcome: error?.outcome ?? 'invalid', error }];
  const history = parts.getHistory(isSandbox);
  const ids = listStableIds(parts.providers, ref);
  const reports = (await Promise.all(ids.map((id) => history.getReports(ref.platform, id, days)))).flat();
  const wanted = reports.filter((report) => source === undefined || report.source === source);
  if (wanted.length > 0) {
    const outcome = error?.outcome ?? 'ok';
    return wanted.map((report) => ({ ...base, outcome, history: report, error }));
  }
  const reason = error ?? createUnseenError(ref.id);
  return [{ ...base, outcome: reason.outcome, error: reason }];
}

/** Sources may know a product by different ids, of which each has a stable form. */
function listStableIds(providers: readonly Provider[], { platform, id, idType }: NotedRef): string[] {
  const own = providers.filter(({ marketplace }) => marketplace.id === platform);
  const given = { id: id ?? '', idType };
  return [...new Set(own.map(({ stableId }) => stableId?.(given) ?? given.id))];
}

function createUnseenError(id: string): NotFoundError {
  return new NotFoundError(
    `No price of ${id} has been seen yet. Look it up first; where that costs a paid call, add --fresh.`,
    { code: 'no_history', facts: { id } },
  );
}
