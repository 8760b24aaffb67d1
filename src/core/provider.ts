import type { BijiaError } from './errors.js';
import type { Logger } from './logger.js';
import type { Marketplace } from './marketplace.js';
import type { LimiterOptions } from './permits/permits.js';
import type { Detail, PriceKind, ProductFacts, Receipt } from './product/product.js';
import type { Quota, Settings, ValuesOf } from './settings.js';
import type { SandboxUpstream } from './simulation/upstream.js';
import type { Bilingual } from './words/bilingual.js';
import { say } from './words/doctor.js';

/** Whether the credentials bring an access token. */
export function createTokenProbe(token: TokenSource): Probe {
  const run: Probe['run'] = async (options) => {
    await token.get(options);
    return say((words) => words.obtained);
  };
  return { name: say(({ probes }) => probes.accessToken), cost: 'nothing', run };
}

/** Looks up the id that stands as an example in the marketplace's own documents. */
export function createProductProbe(
  { ids }: Marketplace,
  getProduct: Connection['getProduct'],
  cost: Probe['cost'],
): Probe {
  const run: Probe['run'] = async (options) => {
    const { title, id } = await getProduct({ id: ids[0]?.example ?? '' }, 'summary', options);
    return say(({ answeredWith }) => answeredWith(title ?? id));
  };
  return { name: say(({ probes }) => probes.oneProduct), cost, run };
}

/** What a provider is handed: the one way out, and nothing else of the world. */
export interface Toolbox<V> {
  readonly settings: V;
  /**
   * Sends one call: permit, build (which signs), send, release, read; with retry.
   * @throws what `call.read` throws, {@link ThrottledError}, {@link UpstreamError}, {@link CancelledError}
   */
  readonly send: <T>(call: Call<T>, options: CallOptions) => Promise<T>;
  /** A token shared by all processes of this machine, fetched once however many ask. */
  readonly createTokenSource: (spec: TokenSpec) => StoredTokenSource;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Who waits for the call, and what they want to be told while they do. */
export interface CallOptions extends LimiterOptions {
  /** Keeps the upstream's own answer beside what is read from it. */
  readonly raw?: boolean;
  /** Called with every answer, also one that turns out to be a failure. */
  readonly onAnswer?: (heard: HeardAnswer) => void;
}

/** What is kept of an answer beside what is read from it. */
export interface HeardAnswer extends Receipt {
  /** The upstream's method name. */
  readonly call: string;
  /** The answer itself without secrets, where `raw` asks for it and it is JSON. */
  readonly raw?: unknown;
}

/** One kind of request to an upstream. */
export interface Call<T> {
  /** For logs: the upstream's method name. */
  readonly name: string;
  readonly token?: TokenSource;
  /** Paid for by the call: counted against a daily ceiling, retried only once after a timeout. */
  readonly paid?: boolean;
  /** What an answer says about the call itself; absent where no answer says anything. Never throws. */
  readonly readReceipt?: (answer: HttpAnswer) => Receipt;
  /** It carries something that works once: never repeated, whatever fails. */
  readonly once?: boolean;
  /** Token calls are not counted by the upstreams; everything else takes a permit. */
  readonly withoutPermit?: boolean;
  /** Runs with the permit in hand, so that the timestamp is fresh; serialises and signs exactly what is sent. */
  readonly build: (context: { readonly nowMs: number; readonly token: string }) => HttpRequest;
  /** Reads the answer or throws the error that the upstream's code stands for. */
  readonly read: (answer: HttpAnswer) => T;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON, ids of any length kept as digits. @throws ResponseError when it is no JSON */
  readonly json: () => unknown;
}

export interface TokenGrant {
  readonly token: string;
  readonly lifeMs: number;
  /** What the next token is asked for with, where an upstream gives such a thing: a secret that works once. */
  readonly renewal?: string;
}

export interface TokenSpec {
  /** What the token belongs to: address, key and secret. Hashed; never stored or logged. */
  readonly key: readonly string[];
  /** What a token is renewed with works once: it is never sent a second time, though nobody knows what became of the first. */
  readonly renewsOnce?: boolean;
  /** The first token, where it is known without asking anybody. */
  readonly initial?: TokenGrant;
  /** @param previous the grant that has run out, of whichever process; absent the first time */
  readonly getToken: (options: CallOptions, previous?: TokenGrant) => Promise<TokenGrant>;
}

export interface TokenSource {
  readonly get: (options: CallOptions) => Promise<string>;
  /** Says that the upstream refused this token as expired; the next `get` brings another one. */
  readonly expire: (token: string) => Promise<void>;
}

/** A token source whose tokens are kept in the state directory. */
export interface StoredTokenSource extends TokenSource {
  /** Puts a token that was granted in another way in the place of whatever is stored. */
  readonly replace: (grant: TokenGrant) => Promise<void>;
}

export interface ShopPage {
  readonly shopName?: string;
  /** As the upstream says now; may change while paging. */
  readonly total?: number;
  readonly products: readonly ProductFacts[];
  /** Rows that had no id. */
  readonly skipped: number;
  /** The upstream shows no page of this number, however many products the shop has. */
  readonly beyondLast?: boolean;
}

/** What a search can be ordered by, within one marketplace. */
export const SEARCH_SORTS = ['price', 'sales', 'commission'] as const;
/** One of {@link SEARCH_SORTS}; `price`: the cheapest first, the others the largest first. */
export type SearchSort = (typeof SEARCH_SORTS)[number];

/** What is searched for. Bounds are of the price to pay, in integer fen. */
export interface SearchQuery {
  readonly words: string;
  readonly sort?: SearchSort;
  readonly minFen?: number;
  readonly maxFen?: number;
  /** Only products with a coupon. */
  readonly hasCoupon?: boolean;
  /** How many products are wanted; an upstream may give more or fewer. */
  readonly count: number;
}

/** One upstream page of what was found. */
export interface SearchPage {
  readonly products: readonly ProductFacts[];
  /** Brings the next page; opaque, and perhaps worth nothing tomorrow. Absent on the last page. */
  readonly continuation?: string;
}

/** An address made for the operator's account, which earns a commission. */
export interface PromotionLink {
  readonly url: string;
}

/** A text that only an upstream can open, such as a share code or an opaque link. */
export interface OpenedText extends ProductId {
  /** Marketplace id: an upstream may open texts of others too. */
  readonly platform: string;
  readonly title?: string;
}

export type ManyAnswers = ReadonlyMap<string, ProductFacts | BijiaError>;

/** A provider at work with one set of credentials. */
export interface Connection {
  /** @throws NotFoundError, UnsupportedError and what {@link Toolbox.send} throws */
  readonly getProduct: (id: ProductId, detail: Detail, options: CallOptions) => Promise<ProductFacts>;
  /** Several ids with one call. Every id asked for has an entry in the answer. */
  readonly getProducts?: (
    ids: readonly ProductId[],
    detail: Detail,
    options: CallOptions,
  ) => Promise<ManyAnswers>;
  /** How many ids of one kind one call of `getProducts` may hold. */
  readonly idsPerCall?: (detail: Detail, idType?: string) => number;
  /**
   * How many upstream calls `getProducts` makes for that many ids of one kind, when every id is found; 1 where absent.
   * The plan of a batch counts with it.
   */
  readonly callsPerGroup?: (detail: Detail, idCount: number, idType?: string) => number;
  /**
   * Names what is fetched for a detail, where that differs: answers of one level never stand in for another's.
   * @param idCount how many ids are asked for together
   */
  readonly cacheLevel?: (detail: Detail, idCount: number) => string;
  /**
   * Whether facts with another id are about the product that was asked for: for an upstream that answers so. The facts
   * should have a note that says it. Absent: another id is another product.
   */
  readonly isSameProduct?: (asked: ProductId, facts: ProductFacts) => boolean;
  /**
   * The kinds of price that an answer of this detail can tell: one that is absent then is gone, such as a coupon that has
   * ended. Absent: nothing is ever known to be gone.
   */
  readonly tells?: (detail: Detail) => readonly PriceKind[];
  /** Pages count from 1. */
  readonly getShopPage?: (
    shopId: string,
    page: number,
    size: number,
    options: CallOptions,
  ) => Promise<ShopPage>;
  readonly maxShopPageSize?: number;
  /**
   * Whether it can answer about an id of this kind; the finder goes on to the next upstream that can. Absent: about every
   * kind.
   */
  readonly accepts?: (idType: string | undefined) => boolean;
  /** @param continuation what the page before gave; absent for the first page */
  readonly search?: (
    query: SearchQuery,
    continuation: string | undefined,
    options: CallOptions,
  ) => Promise<SearchPage>;
  /**
   * Opens a share code or a link that says nothing by itself. Only the code or the link is sent, never the whole message.
   * @throws NotFoundError when it leads to no product
   */
  readonly openText?: (text: string, options: CallOptions) => Promise<OpenedText>;
  /**
   * Makes a promotion link for a product.
   * @param subId the operator's own mark, where the upstream has one
   * @throws NotFoundError for a product that is not promoted, CredentialError without the right to make links
   */
  readonly getPromotionLink?: (
    product: ProductId & { readonly url: string },
    options: CallOptions & { readonly subId?: string },
  ) => Promise<PromotionLink>;
  /** What shows whether the credentials work, in the order in which it makes sense. */
  readonly probes?: readonly Probe[];
}

/** A cheap question to the upstream, asked when somebody looks for a fault. */
export interface Probe {
  /** What is tried, such as `access token`. */
  readonly name: Bilingual;
  /** `nothing`: the upstream does not count it; `quota`: one call of the quota; `paid`: one paid call. */
  readonly cost: 'nothing' | 'quota' | 'paid';
  /** About one right by itself: the probes after it are tried even when it fails. */
  readonly isApart?: boolean;
  /** @returns what was learned, one phrase; throws the error that says what to change, or {@link NotFoundError} */
  readonly run: (options: CallOptions) => Promise<Bilingual>;
}

/** A person's consent that needs no code: a page to open, and a state to ask for. */
export interface Consent {
  /** @returns the page on which they agree */
  readonly getPage: (options: CallOptions) => Promise<string>;
  readonly isGiven: (options: CallOptions) => Promise<boolean>;
}

/** How a person lets the application see what is theirs. */
export interface Login {
  /** The page on which they agree. `state` comes back with the code, unchanged. */
  readonly formatLink: (state: string) => string;
  /**
   * Exchanges the code for a token and keeps it for all processes.
   * @throws CredentialError when the code is refused
   */
  readonly exchange: (code: string, options: CallOptions) => Promise<{ readonly lifeMs: number }>;
}

export interface ProductId {
  readonly id: string;
  readonly idType?: string;
}

/** One row of an upstream's code table: which class of ours a code of theirs becomes. */
export interface ErrorRow {
  readonly code: string;
  /** What the upstream says it means. */
  readonly meaning: string;
  /** In which dialect, for a provider that speaks several; the same code may mean something else in another. */
  readonly dialect?: string;
  readonly create: (detail: string) => BijiaError;
}

/**
 * Sentences for those who only asked, by the code of our error: what happened, then what to do. In Chinese up to 40
 * characters, in English up to 90. An operator reads the error's own message, which says more.
 */
export type ProviderErrorWords = Readonly<Record<string, { readonly en: string; readonly zh: string }>>;

export interface DailyCalls {
  /** Undefined for no ceiling. */
  readonly ceiling: number | undefined;
  readonly env: string;
}

/** What an upstream may be able to do: look up products, list shops, search, open share codes, make promotion links. */
export type Capability = 'product' | 'shop' | 'search' | 'text' | 'link';

/** An API that can answer about a marketplace: its settings, quota and error codes, and how to connect. */
export interface Provider<S extends Settings = Settings> {
  readonly id: string;
  readonly names: { readonly zh: string; readonly en: string };
  readonly marketplace: Marketplace;
  /** One named `dialect` says which forms of the wire it speaks: its choices, the first by default. */
  readonly settings: S;
  /** What it can answer, for tables and for refusing before anything is sent. */
  readonly capabilities: readonly Capability[];
  /** The sentence for what it cannot answer. */
  readonly whyNot?: Partial<Record<Capability, string>>;
  /** What no source says for certain, and nobody could try: one phrase each, told by `doctor`. */
  readonly assumptions?: readonly Bilingual[];
  /** Calls per window, and what shares it: the gateway's origin and the key are the group. */
  readonly quota: (values: ValuesOf<S>) => { readonly limit: Quota; readonly group: readonly string[] };
  /** For calls that cost money: how many may leave in a day, over all processes, and the variable that says so. */
  readonly dailyCalls?: (values: ValuesOf<S>) => DailyCalls;
  /**
   * What a product goes by in caches, price history and watches, where its id changes or exists several times. Absent:
   * the id itself.
   */
  readonly stableId?: (id: ProductId) => string;
  readonly errorRows: readonly ErrorRow[];
  /** For codes whose outcome alone (not found, not supported…) would say too little, or something wrong. */
  readonly errorWords?: ProviderErrorWords;
  readonly connect: (toolbox: Toolbox<ValuesOf<S>>) => Connection;
  /** For an upstream that wants a person's consent first. */
  readonly login?: (toolbox: Toolbox<ValuesOf<S>>) => Login;
  /** For an upstream that wants to be told once, by the operator, that it may be used. */
  readonly consent?: (toolbox: Toolbox<ValuesOf<S>>) => Consent;
  /** Loaded only where the simulated upstream is wanted. */
  readonly loadSandbox: () => Promise<SandboxUpstream>;
}

/** Keeps the settings' types together; what the registry holds. */
export function defineProvider<S extends Settings>(provider: Provider<S>): Provider {
  return provider as unknown as Provider;
}

/** The words of the providers of a marketplace for an error; undefined where none has any, or the marketplace is unknown. */
export function findErrorWords(
  { code }: BijiaError,
  platform: string | undefined,
  providers: readonly Provider[],
): ProviderErrorWords[string] | undefined {
  const asked = providers.filter(({ marketplace }) => marketplace.id === platform);
  return asked.flatMap(({ errorWords }) => errorWords?.[code] ?? [])[0];
}
