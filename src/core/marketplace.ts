/** A marketplace is what a link points to. Everything here is data about links; nothing touches the network. */

export interface LinkExample {
  readonly text: string;
  readonly id: string | null;
}

/** One form of link. */
export interface LinkRule {
  readonly kind: 'product' | 'shop' | 'short';
  /** Kind of id, when it is not the marketplace's ordinary one. */
  readonly idType?: string;
  /** The form as shown in documents, such as `item.acme.example/<sku>.html`. */
  readonly form: string;
  /**
   * The id in the link, or undefined when the link is not of this form. A short link yields its code, which tells
   * two of them apart. Host names are lower-case; a JSON object in a parameter has been spread into parameters.
   * Of a number its length and whether it begins with 0 may decide, but none of its digits: lists are read by it.
   */
  readonly match: (link: URL) => string | undefined;
  /** Real links of this form; every one must be matched by this marketplace alone. */
  readonly examples: readonly LinkExample[];
}

export interface IdKind {
  /** Absent for the ordinary id. */
  readonly idType?: string;
  readonly pattern: RegExp;
  /**
   * What a bare id of this kind looks like in a list or message, where it is narrower: a number of few digits there
   * is a row number, a price or a count.
   */
  readonly barePattern?: RegExp;
  /** That of the ordinary id is shown when an id is refused. */
  readonly example: string;
}

export interface ShortLinks {
  /** Hosts that answer an HTML page whose script holds the next address, instead of a redirect. */
  readonly htmlHosts: readonly string[];
  /** The next address in such a page. */
  readonly findNextUrl: (html: string) => string | undefined;
}

/** What is known of a marketplace: its links, ids and hosts. */
export interface Marketplace {
  readonly id: string;
  readonly names: { readonly zh: string; readonly en: string };
  /** What people also call it. */
  readonly aliases?: readonly string[];
  /** Host names, matched exactly, or `.suffix` for a domain and all below it: a link there is recognised. */
  readonly hosts: readonly string[];
  /** Schemes of its app, lower-case, with colon. */
  readonly schemes?: readonly string[];
  /** Ordered: the first rule that matches decides. */
  readonly links: readonly LinkRule[];
  /** Parameters, lower-case, that may carry another link of it (login, risk and advertising pages). */
  readonly nestedParams?: readonly string[];
  /** Absent where short links are only recognised, never opened. */
  readonly shortLinks?: ShortLinks;
  /** The ordinary id first. Empty for a marketplace that is only recognised. */
  readonly ids: readonly IdKind[];
  /** Shop ids. */
  readonly shopId?: RegExp;
  /** Headers of a table's column that hold ids of this marketplace. */
  readonly idColumns: readonly RegExp[];
  /** Labels before a bare id that only this marketplace's pages print; the headers of {@link idColumns} count too. */
  readonly idLabels?: readonly RegExp[];
  /** Hosts whose images and pages may be shown, exact or `.suffix`. */
  readonly shownHosts: readonly string[];
  readonly productUrl: (id: string, idType?: string) => string | undefined;
  readonly shopUrl?: (shopId: string) => string;
}

const fold = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_'"()[\]{}<>·•/\\-]+/gu, '');
/** What people put behind a marketplace's name; it names none by itself. */
const NAME_ENDINGS = /(?:商城|平台|自营|旗舰店|国际|买菜|官网|渠道|网|app|\.com|\.cn)+$/;

/** By its id alone; what people write is for {@link findMarketplaceByName}. */
export function findMarketplace<M extends Pick<Marketplace, 'id'>>(
  id: string | undefined,
  marketplaces: readonly M[],
): M | undefined {
  return marketplaces.find((one) => one.id === id);
}

/**
 * The marketplace that a person's word means: its id, a name in whatever language, script or case, its site, each with
 * or without what is often said behind it (商城, 自营, .com). Undefined for anything else.
 */
export function findMarketplaceByName<M extends Pick<Marketplace, 'id' | 'names' | 'aliases' | 'hosts'>>(
  word: string,
  marketplaces: readonly M[],
): M | undefined {
  const name = fold(word);
  const short = name.replace(NAME_ENDINGS, '');
  const host = /^(?:https?:)?([a-z\d.-]+\.[a-z]{2,})$/.exec(name)?.[1];
  return marketplaces.find(({ id, names, aliases = [], hosts }) => {
    const isKnown = (known: string) => isSame(known, name) || isSame(known, short);
    if (isKnown(id) || isKnown(names.zh) || isKnown(names.en) || aliases.some(isKnown)) return true;
    return host !== undefined && isHostOf(host, hosts);
  });
}

/** Folds a name only where it may be the one: this is asked of each word of a list. */
const isSame = (known: string, name: string) =>
  known.length >= name.length && known.charAt(0).toLowerCase() === name.charAt(0) && fold(known) === name;

/** Whether `host` is one of `hosts`: an exact name, or below a `.suffix` entry (`.acme.example` covers `acme.example` too). */
export function isHostOf(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return hosts.some((entry) =>
    entry.startsWith('.') ? name === entry.slice(1) || name.endsWith(entry) : name === entry,
  );
}

/**
 * The one value of a parameter, whose name may stand in any case. Undefined when it is absent or empty, and when two
 * different values are given: nobody can know which one was meant.
 */
export function findParam(link: URL, name: string): string | undefined {
  const [value, ...others] = listParam(link, name);
  return others.length === 0 ? value : undefined;
}

/** The different values of a parameter that are not empty; its name may stand in any case. */
export function listParam(link: URL, name: string): string[] {
  const values = new Set<string>();
  for (const [key, value] of link.searchParams) {
    if (value !== '' && key.toLowerCase() === name.toLowerCase()) values.add(value);
  }
  return [...values];
}

/** A rule's `match`: the first group of `path` on one of `hosts`. */
export function inPath(hosts: readonly string[], path: RegExp): LinkRule['match'] {
  return (link) => (isHostOf(link.hostname, hosts) ? path.exec(link.pathname)?.[1] : undefined);
}

/** A rule's `match`: the parameter `name` on a page of `hosts` whose path is `path`, if its value is a `value`. */
export function inParam(
  hosts: readonly string[],
  path: RegExp,
  name: string,
  value: RegExp,
): LinkRule['match'] {
  return (link) => {
    if (!isHostOf(link.hostname, hosts) || !path.test(link.pathname)) return undefined;
    const found = findParam(link, name);
    return found !== undefined && value.test(found) ? found : undefined;
  };
}
