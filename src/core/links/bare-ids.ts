import { findMarketplaceByName, type Marketplace } from '../marketplace.js';

/** A number or opaque id that a text gives as a product, without a link. */
export interface BareId {
  readonly text: string;
  /** Marketplace that its label names, such as a marketplace's name. */
  readonly platform?: string;
}

/** Blanks, commas and their like in any script, and the words between two ids. */
const SEPARATORS = /[\s,;|/&、，；。]+|(?<=\d)(?:和|与|及|或)(?=\d)/u;
const BULLET = /^(?:[-*•·●]\s*|[([]?\d{1,3}[.)\]、:]\s*(?=\D|\d{6}))/;
const AROUND = /^[("'[{<《【「#:：]+|[)"'\]}>》】」.:：!?]+$/g;

/** Words before an id that say: this is a product's. */
const LABEL =
  /(?:(?:商品|宝贝|产品|货品)[\s_-]?(?:id|编号|链接id)|(?:product|item|goods|sku|ware)[\s_-]?(?:id|no\.?|编号)|(?<![\p{L}\p{N}_])(?:sku|id|编号))/iu;
const LABELLED = new RegExp(
  `(${LABEL.source})\\s*(?:号|码)?[\\]】)」]?\\s*(?:[:：=#]|是|为)?\\s*([\\w-]{6,100})(?![\\w-])`,
  'giu',
);
/** What stands before an id of a marketplace, or asks for it. */
const LEAD_IN = /^(?:(?:请|帮我|麻烦)*(?:查一下|查询|查|看一下|看看|look up|check))[\s:：]*/i;

/** Text with a number in it that is not a product's: orders, parcels, telephones, accounts. */
const OTHER_NUMBERS =
  /订单|(?:快递|物流|运|包裹)单|单号|已发货|(?:手机|电话|微信|群|账|帐|卡|证|尾|会员)号|(?:微信|电话|密码)[:：]|联系|验证码|\b(?:order|tracking|phone|tel)\b/i;
const MOBILE_NUMBER = /^(?:86)?1[3-9]\d{9}$/;

/** Scientific notation: the digits are lost, which is for the reader to be told. */
export const ROUNDED = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i;
/** As a spreadsheet shows a large number; no price has as many digits. */
export const GROUPED = /^\d{1,3}(?:,\d{3}){3,4}$/;
const NUMBER = /^\d+(?:\.0+)?$/;
const LONG = 6;

/**
 * The bare ids in a text without links: several divided by commas of any script, blanks or line breaks; one with its
 * label (`商品编号：100012345678`, `goods_id=8420152864`, a marketplace's name) or with a note behind it
 * (`100012345678 红色`). A line of anything else gives nothing: prose is full of prices, orders and telephones.
 */
export function parseBareIds(text: string, marketplaces: readonly Marketplace[]): BareId[] {
  const clean = text.normalize('NFKC').replace(/\p{Cf}/gu, '');
  const isId = (token: string) =>
    isLongNumber(token) || marketplaces.some(({ ids }) => ids.some((id) => isOpaque(id, token)));
  return clean.split(/[\r\n]+/).flatMap((line) => readLine(line.trim(), isId, marketplaces));
}

const isOpaque = ({ idType, pattern }: Marketplace['ids'][number], token: string) =>
  idType !== undefined && !/^\d+$/.test(token) && pattern.test(token);

const isLongNumber = (token: string) =>
  (NUMBER.test(token) && token.replace(/\.0+$/, '').length >= LONG) || ROUNDED.test(token);

type IsId = (token: string) => boolean;

function readLine(line: string, isId: IsId, marketplaces: readonly Marketplace[]): BareId[] {
  if (GROUPED.test(line)) return [{ text: line.replaceAll(',', '') }];
  const bare = line.replace(BULLET, '').replace(LEAD_IN, '');
  const tokens = bare.split(SEPARATORS).map(trimAround).filter(Boolean);
  const ids = tokens.filter(isId);
  // Short numbers next to ids are quantities and prices.
  const isList = tokens.every((token) => isId(token) || /^[x×*]?\d+(?:\.\d+)?$/i.test(token));
  if (isList) return ids.map((id) => ({ text: id }));
  const labelled = readLabelled(bare, isId, marketplaces);
  if (labelled.length > 0 || OTHER_NUMBERS.test(bare)) return labelled;
  return readNamed(tokens, isId, marketplaces) ?? readWithNote(tokens, isId);
}

const trimAround = (token: string) => token.replace(AROUND, '');

function readLabelled(line: string, isId: IsId, marketplaces: readonly Marketplace[]): BareId[] {
  const apart = setNamesApart(line, marketplaces);
  return [...apart.matchAll(LABELLED)].flatMap(({ 1: label = '', 2: id = '', index }) => {
    if (!isId(id)) return [];
    const named = findNameBefore(apart.slice(0, index), marketplaces) ?? findByLabel(label, marketplaces);
    return [{ text: id, platform: named?.id }];
  });
}

const listNames = ({ names, id, aliases = [] }: Marketplace) => [names.zh, names.en, id, ...aliases];

/** A label may stand right behind the name, as one word. */
function setNamesApart(line: string, marketplaces: readonly Marketplace[]): string {
  const names = marketplaces.flatMap(listNames).filter((name) => /^\p{Script=Han}+$/u.test(name));
  return names.reduce(
    (text, name) => text.replace(new RegExp(`${name}(?=sku|id|编号)`, 'gi'), `${name} `),
    line,
  );
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

/** A marketplace's name and its ids. */
function readNamed(
  tokens: readonly string[],
  isId: IsId,
  marketplaces: readonly Marketplace[],
): BareId[] | undefined {
  const [, name = '', glued = ''] = /^(\D{2,12}?)[:：=#]?(\d{6,})?$/u.exec(tokens[0] ?? '') ?? [];
  const named = findMarketplaceByName(name, marketplaces);
  const ids = [glued, ...tokens.slice(1)].filter(Boolean);
  if (!named || ids.length === 0 || !ids.every(isId)) return undefined;
  return ids.map((text) => ({ text, platform: named.id }));
}

/** A line that begins with its only id. A telephone number with a name behind it looks the same. */
function readWithNote(tokens: readonly string[], isId: IsId): BareId[] {
  const [first = '', ...note] = tokens;
  const id = isId(first) ? first : (/^(\d{6,15})(?=[([（【「-])/.exec(first)?.[1] ?? '');
  const isAlone = id !== '' && !note.some((token) => isId(token) || /\d{6}/.test(token));
  return isAlone && !MOBILE_NUMBER.test(id) ? [{ text: id }] : [];
}

/** A bar code of a Chinese firm (69…), by its check digit: an own code, and no marketplace's id. */
export function isBarcode(id: string): boolean {
  if (!/^69\d{11}$/.test(id)) return false;
  const sum = [...id].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
