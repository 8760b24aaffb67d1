import type { CallOptions, Toolbox } from './contract/call.js';
import type { Connection, ProductId } from './contract/connection.js';
import type { BijiaError } from './errors.js';
import type { Marketplace } from './marketplace.js';
import type { ProductPart } from './product/product.js';
import type { Quota } from './setting-parsers.js';
import type { Settings, ValuesOf } from './settings.js';
import type { SandboxUpstream } from './simulation/upstream.js';
import type { Bilingual } from './words/bilingual.js';

export * from './contract/call.js';
export * from './contract/connection.js';
export * from './contract/probe.js';
export * from './contract/quota-group.js';
export * from './contract/rights.js';
export * from './contract/search.js';

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

/** What a provider takes for granted, in one phrase. */
export interface Assumption extends Bilingual {
  /** Made in this dialect only, for a provider that speaks several. */
  readonly dialect?: string;
}

/** What one upstream can add where another of the same marketplace has nothing; `product`: the product itself. */
export type CompletedPart = 'product' | ProductPart;

export interface DailyCalls {
  /** Undefined for no ceiling. */
  readonly ceiling: number | undefined;
  readonly env: string;
}

/** What an upstream may be able to do: look up products, list shops, search, open share codes, make promotion links. */
export type Capability = 'product' | 'shop' | 'search' | 'text' | 'link';

/**
 * An API that can answer about a marketplace: its settings, quota and error codes, and how to connect. All that needs other
 * modules than its settings and links stands in functions: without credentials none of them run.
 */
export interface Provider<S extends Settings = Settings> {
  readonly id: string;
  readonly names: { readonly zh: string; readonly en: string };
  readonly marketplace: Marketplace;
  /** One named `dialect` says which forms of the wire it speaks: its choices, the first by default. */
  readonly settings: S;
  /** What it can answer, for tables and for refusing before anything is sent. */
  readonly capabilities: readonly Capability[];
  /** Why it cannot answer something, and what to do instead. */
  readonly whyNot?: Partial<Record<Capability, Bilingual>>;
  /** What no source confirms and could not be tried; `doctor` lists it. */
  readonly assumptions?: readonly Assumption[];
  /** Calls per window, and what shares it: the gateway's origin and the key are the group. */
  readonly quota: (values: ValuesOf<S>) => { readonly limit: Quota; readonly group: readonly string[] };
  /** For calls that cost money: how many may leave in a day, over all processes, and the variable that says so. */
  readonly dailyCalls?: (values: ValuesOf<S>) => DailyCalls;
  /** What it is asked for where a provider that stands before it in the registry does not know it; nothing where absent. */
  readonly completes?: readonly CompletedPart[];
  /**
   * What a product goes by in caches, price history and watches, where its id changes or exists several times. Absent:
   * the id itself.
   */
  readonly stableId?: (id: ProductId) => string;
  readonly listErrorRows: () => readonly ErrorRow[];
  /** For codes whose outcome alone (not found, not supported…) would say too little, or something wrong. */
  readonly getErrorWords?: () => ProviderErrorWords;
  readonly connect: (toolbox: Toolbox<ValuesOf<S>>) => Connection;
  /** For an upstream that requires a person's consent first. */
  readonly login?: (toolbox: Toolbox<ValuesOf<S>>) => Login;
  /** For an upstream on which the operator must authorise use once. */
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
  return asked.flatMap(({ getErrorWords }) => getErrorWords?.()[code] ?? [])[0];
}
