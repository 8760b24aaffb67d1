import { findMarketplaceByName, type Marketplace } from '../marketplace.js';
import { removeLinks } from './link-text.js';

/** A number or opaque id that a text gives as a product, without a link. */
export interface BareId {
  readonly text: string;
  /** Marketplace that its label names, such as a marketplace's name. */
  readonly platform?: string;
  /** What its label calls it. */
  readonly label?: 'product' | 'variant';
}

/** Blanks, commas and their like in any script, and what stands between two ids. */
const SEPARATORS =
  /(?<=\d)\s*(?:(?:还有|以及|和|与|及|或)\s*(?=[\d\p{L}])|(?:\+|→|=>|\\|\b(?:vs\.?|and|or)\s)\s*(?=\d))|[\s,;|/&、，；。]+/iu;
/** Right behind a point stand the digits of a fraction, unless they are as many as an id has. */
const BULLET =
  /^(?:[-*•·●]\s*(?:\[[ x]\]\s*)?|[1-9]\d{0,2}\.(?=\d{8,14}(?![\d.e]))|[([]?\d{1,3}(?:[)\]、:]|\.(?!\d))\s*(?=\D|\d{6})|[一二三四五六七八九十]{1,3}[、.):]\s*)/i;
const AROUND = /^[("'“”‘’`[{<《【「#:：~※\p{So}]+|[)"'“”‘’`\]}>》】」.:：!?~※\p{So}]+$/gu;
/** Numbers in circles, in brackets, raised or on keys: they number a list, and never belong to an id. */
const COUNTERS = /[²³¹⁰-ₜ①-⓿❶-➓㉈-㉟㊱-㊿]|\d\ufe0f?\u20e3/gu;

/** Words before an id that say: this is a product's. */
const LABEL =
  /(?:(?:商品|宝贝|产品|货品)[\s_-]?(?:id|编号|链接id)|(?:product|item|goods|sku|ware)[\s_-]?(?:id|no\.?|编号)|num[\s_-]?iid|sku|id|编号)/iu;
const LABELLED = new RegExp(
  `(${LABEL.source})\\s*(?:号|码)?[\\]】)」]?\\s*(?:[:：=#]|是|为)?\\s*([\\w-]{6,100})(?![\\w-])`,
  'giu',
);
/** Labels that say nothing by themselves: those of shops, orders and accounts end in them, too. */
const WEAK_LABEL = /^(?:id|编号)$/i;
const VARIANT_LABEL = /sku/i;
/** Chinese words right before a label. */
const GLUED_LABEL = /\p{Script=Han}+?(?=sku|id|编号)/giu;
/** Another id behind one with a label. */
const FURTHER = /^\s*(?:[,;|/&、，；]|和|与|及)\s*([\w-]{6,100})(?![\w-])/u;
/** What stands before an id of a marketplace, or asks for it. */
const LEAD_IN = /^(?:(?:请|帮我|麻烦)*(?:查一下|查询|查|看一下|看看|look up|check))[\s:：]*/i;

/** Text with a number in it that is not a product's: orders, parcels, telephones, accounts. */
const OTHER_NUMBERS =
  /订单|(?:快递|物流|运|包裹)单|单号|已发货|(?:手机|电话|微信|群|账|帐|卡|证|尾|会员)号|(?:微信|电话|密码)[:：]|联系|验证码|\b(?:order|tracking|phone|tel)\b/i;
const MOBILE_NUMBER = /^(?:86)?1[3-9]\d{9}$/;
const DAY = /^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
/** Behind a number: it counts or measures something. */
const UNIT =
  /^(?:[万亿]?(?:元|块钱?|件|个|只|条|份|台|瓶|盒|箱|包|套|双|支|张|次|位|人|斤|克|公斤|吨|米|天|年|月|日|小时|分钟?|秒|页|字|粉丝?)\+?(?:付款|已?购买?|已拼|已售|评[价论]|收货)?|rmb|yuan|pcs|kg|g|ml|l|m|cm|mm|sold|reviews)$/i;

/** Scientific notation: the digits are lost, which is for the reader to be told. */
export const ROUNDED = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i;
/** As a spreadsheet shows a large number; no price has as many digits. */
export const GROUPED = /^\d{1,3}(?:,\d{3}){3,4}$/;
const NUMBER = /^\d+(?:\.0+)?$/;
const LONG = 6;
const PLAIN = /^\d{6,}$/;

/**
 * The bare ids in a text without links: several divided by commas of any script, blanks or line breaks; one with its
 * label (`商品编号：100012345678`, `goods_id=8420152864`, a marketplace's name) or with a note behind it
 * (`100012345678 红色`). A line of anything else gives nothing: prose is full of prices, orders and telephones. Nor does
 * a link, whatever its parameters are called: it is somebody else's.
 */
export function parseBareIds(text: string, marketplaces: readonly Marketplace[]): BareId[] {
  // Most entries of long lists.
  if (PLAIN.test(text)) return [{ text }];
  const clean = removeLinks(text)
    .replace(COUNTERS, ' ')
    .normalize('NFKC')
    .replace(/\p{Cf}|\ufe0f/gu, '');
  const isId = (token: string) =>
    isLongNumber(token) || marketplaces.some(({ ids }) => ids.some((id) => isOpaque(id, token)));
  let heading = findStated(clean, marketplaces)?.id;
  return clean.split(/[\r\n]+/).flatMap((line) => {
    heading = findHeading(line, marketplaces)?.id ?? heading;
    return readLine(line.trim(), isId, marketplaces).map((id) => ({
      ...id,
      platform: id.platform ?? heading,
    }));
  });
}

/** The marketplace that one line of a record states for all of them, behind 平台 and a colon. */
function findStated(text: string, marketplaces: readonly Marketplace[]): Marketplace | undefined {
  const stated = [...text.matchAll(/(?:平台|platform)\s*[:：=]\s*([^\s,，;；]{2,20})/gi)];
  return stated.length === 1 ? findMarketplaceByName(stated[0]?.[1] ?? '', marketplaces) : undefined;
}

const AROUND_HEADING = /^(?:[\s#*=—[({<【《「-]|平台\s*[:：])+|[\s:：*=—\])}>】》」-]+$/g;
const HEADING_ENDINGS = /(?:的?(?:商品|产品|宝贝|链接|清单|列表|部分|选品|店铺))+$/;

/** The marketplace that a line by itself names, as a heading above its products. */
export function findHeading(line: string, marketplaces: readonly Marketplace[]): Marketplace | undefined {
  if (line.length > MAX_HEADING_CHARS) return undefined;
  const name = line.normalize('NFKC').replace(AROUND_HEADING, '').replace(HEADING_ENDINGS, '');
  return /\D/.test(name) && !name.includes('/') ? findMarketplaceByName(name, marketplaces) : undefined;
}

const MAX_HEADING_CHARS = 24;

const isOpaque = ({ idType, pattern, barePattern = pattern }: Marketplace['ids'][number], token: string) =>
  idType !== undefined && !/^\d+$/.test(token) && barePattern.test(token);

const isLongNumber = (token: string) =>
  (NUMBER.test(token) && token.replace(/\.0+$/, '').length >= LONG) || ROUNDED.test(token);

type IsId = (token: string) => boolean;

function readLine(line: string, isId: IsId, marketplaces: readonly Marketplace[]): BareId[] {
  if (GROUPED.test(line)) return [{ text: line.replaceAll(',', '') }];
  const bare = line.replace(BULLET, '').replace(LEAD_IN, '');
  const tokens = bare.split(SEPARATORS).map(trimAround).filter(Boolean);
  const named = isLongNumber(tokens[0] ?? '') ? undefined : readNamed(tokens, isId, marketplaces);
  if (named) return named;
  const ids = tokens.filter(isId);
  // Short numbers next to ids are quantities and prices.
  const isList = tokens.every((token) => isId(token) || /^[x×*]?\d+(?:\.\d+)?$/i.test(token));
  if (isList) return ids.map((id) => ({ text: id }));
  const platform = findNamed(bare, marketplaces)?.id;
  const labelled = readLabelled(bare, isId, marketplaces);
  if (labelled.length > 0 || OTHER_NUMBERS.test(bare)) {
    return labelled.map((id) => ({ ...id, platform: id.platform ?? platform }));
  }
  return readWithNote(tokens, isId).map((text) => ({ text, platform }));
}

const trimAround = (token: string) => token.replace(AROUND, '');

function readLabelled(line: string, isId: IsId, marketplaces: readonly Marketplace[]): BareId[] {
  const apart = setNamesApart(line, marketplaces);
  return [...apart.matchAll(LABELLED)].flatMap((match): BareId[] => {
    const [whole, label = '', id = ''] = match;
    const before = apart.slice(0, match.index);
    const owner = findNameBefore(before.replace(/[_-]$/, ''), marketplaces);
    if (!isId(id) || (!owner && isPartOfLabel(before, label))) return [];
    const platform = (owner ?? findByLabel(label, marketplaces))?.id;
    const isVariant = VARIANT_LABEL.test(label) && !owner;
    const texts = [id, ...listFurther(apart, match.index + whole.length, isId)];
    return texts.map((text) => ({ text, platform, label: isVariant ? 'variant' : 'product' }));
  });
}

/** `shop id`, `店铺 编号` and `order_item_id` are about something else than a product. */
function isPartOfLabel(before: string, label: string): boolean {
  const isGlued = /[\p{L}\p{N}_-]$/u.test(before);
  if (WEAK_LABEL.test(label)) return isGlued || /[\p{L}\p{N}]\s+$/u.test(before);
  return /^[a-z]/i.test(label) && (label.toLowerCase() === 'sku' ? isGlued : /[a-z\d_-]$/i.test(before));
}

/** `商品编号：100012345678、100012345679`. */
function listFurther(line: string, start: number, isId: IsId): string[] {
  const ids: string[] = [];
  for (let rest = line.slice(start); ; ) {
    const [whole = '', id = ''] = FURTHER.exec(rest) ?? [];
    if (!isId(id)) return ids;
    ids.push(id);
    rest = rest.slice(whole.length);
  }
}

const listNames = ({ names, id, aliases = [] }: Marketplace) => [names.zh, names.en, id, ...aliases];

/** A label may stand right behind the name, as one word. */
function setNamesApart(line: string, marketplaces: readonly Marketplace[]): string {
  return line.replace(GLUED_LABEL, (before) => {
    const isName = marketplaces.some((one) => listNames(one).some((name) => before.endsWith(name)));
    return isName ? `${before} ` : before;
  });
}

/** The marketplace whose name stands right before a label. */
function findNameBefore(text: string, marketplaces: readonly Marketplace[]): Marketplace | undefined {
  const before = text.trimEnd().toLowerCase();
  return marketplaces.find((one) => listNames(one).some((name) => endsWithName(before, name.toLowerCase())));
}

/** A Latin name is not the end of a longer word. */
const endsWithName = (text: string, name: string) =>
  text.endsWith(name) && !/[a-z\d]$/.test(/^[a-z]/.test(name) ? text.slice(0, -name.length) : '');

function findByLabel(label: string, marketplaces: readonly Marketplace[]): Marketplace | undefined {
  return marketplaces.find(({ idLabels = [], idColumns }) =>
    [...idLabels, ...idColumns].some((pattern) => pattern.test(label.trim())),
  );
}

/** Names of marketplaces, each with its ids. */
function readNamed(
  tokens: readonly string[],
  isId: IsId,
  marketplaces: readonly Marketplace[],
): BareId[] | undefined {
  const ids: BareId[] = [];
  let platform: string | undefined;
  let isWaiting = false;
  for (const token of tokens) {
    const { name, glued } = splitName(token);
    const named = findMarketplaceByName(name, marketplaces);
    // A name without ids of its own says nothing.
    if (named ? isWaiting : platform === undefined || !isId(token)) return undefined;
    platform = named?.id ?? platform;
    const id = named ? glued : token;
    isWaiting = id === undefined;
    if (id !== undefined) ids.push({ text: id, platform });
  }
  return ids.length > 0 && !isWaiting ? ids : undefined;
}

/** A name may be glued to its id. */
function splitName(token: string): { readonly name: string; readonly glued?: string } {
  const [, name, glued] = /^(\D{2,12}?)[:：=#]?(\d{6,})$/u.exec(token) ?? [];
  return { name: trimAround(name ?? token), glued };
}

/** The one marketplace that some word names; of those that are only recognised not what may be another word. */
function findNamed(line: string, marketplaces: readonly Marketplace[]): Marketplace | undefined {
  const words = line.split(/[^\p{L}\p{N}.]+/u).filter((word) => /\D/.test(word));
  const named = words.flatMap((word) => {
    const found = findMarketplaceByName(word, marketplaces);
    const isMeant = found?.ids.length !== 0 || (words.length === 1 && /\p{Script=Han}/u.test(word));
    return found && isMeant ? [found] : [];
  });
  return new Set(named).size === 1 ? named[0] : undefined;
}

/** A line that begins with its only id. A telephone number with a name behind it looks the same, and so do amounts and days. */
function readWithNote(tokens: readonly string[], isId: IsId): string[] {
  const [first = '', ...note] = tokens;
  const [, glued = '', rest = ''] = /^(\d{6,15})(?=[([（【「-]|[*x×]\d{1,4}$)(.*)/i.exec(first) ?? [];
  const id = isId(first) ? first : glued;
  const isAlone = id !== '' && ![rest, ...note].some((token) => isId(token) || /\d{6}/.test(token));
  const isOther = MOBILE_NUMBER.test(id) || DAY.test(id) || UNIT.test(note[0] ?? '');
  return isAlone && !isOther ? [id] : [];
}

/** A bar code of a Chinese firm (69…), by its check digit: an own code, and no marketplace's id. */
export function isBarcode(id: string): boolean {
  if (!/^69\d{11}$/.test(id)) return false;
  const sum = [...id].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
