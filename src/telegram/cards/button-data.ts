/** Callback data of buttons: `v1:<op>:<subject>:<page>`, at most 64 bytes, and whatever comes back is checked. */

/** What a button does. Letters never change their meaning: buttons live as long as their messages. */
export const OPS = {
  card: 'c',
  refresh: 'r',
  skus: 's',
  /** Reads a bare id as one of this marketplace. */
  pick: 'p',
  /** How the price has moved. */
  history: 'e',
  /** Asks when to tell of a lower price. */
  watch: 'n',
  /** Sets an alert by the rule that the page stands for. */
  watchAdd: 'm',
  /** Sets an alert although its target is far below the price. */
  watchSure: 'A',
  /** An alert for each of several links, or one for the cheapest. */
  watchGroup: 'B',
  watches: 'j',
  /** Looks for what may be the same product. */
  similar: 'i',
  /** A page of a search. */
  searchPage: 'z',
  unwatch: 'o',
  watchMute: 'v',
  shop: 'l',
  shopBatch: 'a',
  language: 'g',
  /** Which marketplace the bare ids of a list belong to. */
  offerPick: 'h',
  offerFormat: 'f',
  /** Reads the list again, by another column or sheet. */
  offerRead: 'R',
  offerStart: 'b',
  offerCancel: 'k',
  batchCancel: 'q',
  batchRetry: 't',
  batchResume: 'u',
  /** The file of a batch, whole or partial. */
  batchFile: 'd',
  /** Lets a person or chat in, or keeps them out. */
  allow: 'w',
  deny: 'x',
  /** Forgets what is stored of the person who presses. */
  forget: 'y',
} as const;
export type Op = keyof typeof OPS;

export interface ButtonData {
  readonly op: Op;
  /** A product or shop as `<platform><id>`, else the id of an offer, batch or search. */
  readonly subject: string;
  /** A page counted from 1; 0 where there are none. */
  readonly page: number;
}

const MAX_BYTES = 64;
const FORM = /^v1:([a-zA-Z]):([\w-]+):(\d{1,4})$/;

/** @returns undefined when it does not fit: an affiliate id may be too long, then there is no button */
export function formatButton(op: Op, subject: string, page = 0): string | undefined {
  const data = `v1:${OPS[op]}:${subject}:${page}`;
  return data.length <= MAX_BYTES && FORM.test(data) ? data : undefined;
}

/** @returns undefined for what no button of ours says now */
export function parseButton(data: string): ButtonData | undefined {
  const [, letter, subject = '', page] = FORM.exec(data) ?? [];
  const found = Object.entries(OPS).find(([, known]) => known === letter);
  return found && { op: found[0] as Op, subject, page: Number(page) };
}

export interface Subject {
  /** Marketplace id. */
  readonly platform: string;
  readonly id: string;
}

/** A marketplace that ids may belong to. */
type Platform = { readonly id: string };

/** @param platforms as registered; of `ab` and `abc`, the one whose name is longer is tried first */
export function parseSubject(subject: string, platforms: readonly Platform[]): Subject | undefined {
  const fitting = platforms.filter(({ id }) => subject.startsWith(id) && subject.length > id.length);
  const [platform] = fitting.sort((a, b) => b.id.length - a.id.length);
  return platform && { platform: platform.id, id: subject.slice(platform.id.length) };
}

/** Between several ids of one marketplace, which are numbers. */
export const BETWEEN_IDS = '_';

export function formatSubject({ platform, id }: Subject): string {
  return `${platform}${id}`;
}
