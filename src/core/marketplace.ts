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
  /** The form as shown in documents, such as `item.jd.com/<sku>.html`. */
  readonly form: string;
  /** The id in the link, or undefined when the link is not of this form. A short link yields an empty string. */
  readonly match: (link: URL) => string | undefined;
  /** Real links of this form; every one must be matched by this marketplace alone. */
  readonly examples: readonly LinkExample[];
}

export interface IdKind {
  /** Absent for the ordinary id. */
  readonly idType?: string;
  readonly pattern: RegExp;
  /** Shown when an id is refused. */
  readonly example: string;
}

export interface ShortLinks {
  /** Hosts that answer an HTML page whose script holds the next address, instead of a redirect. */
  readonly htmlHosts: readonly string[];
  /** The next address in such a page. */
  readonly findNextUrl: (html: string) => string | undefined;
}

export interface Marketplace {
  readonly id: string;
  readonly names: { readonly zh: string; readonly en: string };
  /** Host names, matched exactly, or `.suffix` for a domain and all below it: a link there is recognised. */
  readonly hosts: readonly string[];
  /** Schemes of its app, with colon. */
  readonly schemes?: readonly string[];
  /** Ordered: the first rule that matches decides. */
  readonly links: readonly LinkRule[];
  /** Parameters that may carry another link of the same marketplace (login, risk and advertising pages). */
  readonly nestedParams?: readonly string[];
  readonly shortLinks?: ShortLinks;
  /** The ordinary id first. Empty for a marketplace that is only recognised. */
  readonly ids: readonly IdKind[];
  /** Shop ids. */
  readonly shopId?: RegExp;
  /** Headers of a table's column that hold ids of this marketplace. */
  readonly idColumns: readonly RegExp[];
  /** Hosts whose images and pages may be shown, exact or `.suffix`. */
  readonly shownHosts: readonly string[];
  readonly productUrl: (id: string, idType?: string) => string | undefined;
  readonly shopUrl?: (shopId: string) => string;
}

/** Whether `host` is one of `hosts`: an exact name, or below a `.suffix` entry (`.jd.com` covers `jd.com` too). */
export function isHostOf(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return hosts.some((entry) =>
    entry.startsWith('.') ? name === entry.slice(1) || name.endsWith(entry) : name === entry,
  );
}
