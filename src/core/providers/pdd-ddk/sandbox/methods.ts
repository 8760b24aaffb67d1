import { findGoods, isCrowdedId, isHiddenId, searchIds } from './goods.js';
import { addDetails, createSign, hideRow, readSign, toRow } from './rows.js';

export type Params = ReadonlyMap<string, string>;
/** The promotion places whose page somebody has asked for: the simulated person agrees at once. */
export type Agreed = Set<string>;

export interface Place {
  readonly params: Params;
  readonly nowMs: number;
  readonly agreed: Agreed;
}

/** What the simulated upstream says no to. */
export class Refused extends Error {
  readonly code: string;
  readonly text: string | undefined;
  constructor(code: string, text?: string) {
    super(code);
    this.code = code;
    this.text = text;
  }
}

interface SandboxMethod {
  readonly answerKey: string;
  readonly answer: (place: Place) => object;
}

const NAMES_IDS = '10001_20002';
const NAMES_NO_IDS = '10001_30003';
const NOT_AUTHORISED = '10001_20404';
const WITHOUT_RIGHTS = '10001_40004';
const PLACES = [NAMES_IDS, NAMES_NO_IDS, NOT_AUTHORISED, WITHOUT_RIGHTS];

function readPid({ params }: Place): string {
  const [listed] = readList(params.get('p_id_list'));
  const pid = params.get('pid') ?? params.get('p_id') ?? listed ?? '';
  if (!PLACES.includes(pid)) throw new Refused('50001/PID');
  return pid;
}

/** What most methods ask for: the right, and the authorised place. */
function checkPlace(place: Place): string {
  const pid = readPid(place);
  if (pid === WITHOUT_RIGHTS) throw new Refused('20031');
  if (pid === NOT_AUTHORISED && !place.agreed.has(pid)) throw new Refused('50001/60001');
  return pid;
}

const isBound = (pid: string, agreed: Agreed) => pid !== NOT_AUTHORISED || agreed.has(pid);

function readList(text: string | undefined): string[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}

const findLinkId = (text = '') => /goods_id(?:=|%3D)([1-9]\d{5,14})/.exec(text)?.[1];
const findLinkSign = (text = '') => /(?:goods_sign|[?&]s)(?:=|%3D)([\w-]+)/.exec(text)?.[1];

/** The ids that a request is about. */
export function readIds(params: Params): string[] {
  const signs = [...readList(params.get('goods_sign_list')), params.get('goods_sign') ?? ''];
  const linked = [params.get('keyword'), params.get('source_url')].map((text) => findLinkId(text));
  return [...signs.map((sign) => readSign(sign)), ...linked].filter((id) => id !== undefined);
}

function createRow(id: string, pid: string, nowMs: number): object[] {
  const goods = findGoods(id);
  if (!goods) return [];
  const row = toRow(id, goods, { nowMs, namesId: pid !== NAMES_NO_IDS });
  return [isHiddenId(id) ? hideRow(row) : row];
}

function answerSearch(place: Place): object {
  const { params, nowMs } = place;
  const pid = checkPlace(place);
  const [page, size] = [Number(params.get('page') ?? 1), Number(params.get('page_size') ?? 100)];
  if (!(size >= 10 && size <= 100)) throw new Refused('50001', 'pageSize的取值范围是10-100');
  const listId = params.get('list_id');
  const keyword = params.get('keyword') ?? '';
  const list = `l-${keyword.length}-${[...keyword].length}`;
  if (listId !== undefined && listId !== list) throw new Refused('50001', 'list_id已失效');
  const ids = readIds(params);
  const found = ids.length > 0 ? ids.flatMap(crowd) : sortIds(searchIds(keyword), params, place);
  const all = found.flatMap((id) => createRow(id, pid, nowMs)).filter((row) => fits(row, params));
  return {
    goods_list: all.slice((page - 1) * size, page * size),
    total_count: all.length,
    list_id: list,
    search_id: 's-1',
  };
}

const crowd = (id: string): string[] =>
  isCrowdedId(id) ? [String(Number(id) + 1), String(Number(id) + 2)] : [id];

const readFen = (row: object, name: string) => Number((row as Readonly<Record<string, unknown>>)[name]) || 0;

/** What a coupon takes off now. */
function readCouponFen(row: object, nowMs: number): number {
  const [start, end] = [readFen(row, 'coupon_start_time'), readFen(row, 'coupon_end_time')];
  const holds = start * 1000 <= nowMs && nowMs <= end * 1000 && readFen(row, 'coupon_remain_quantity') > 0;
  const reaches = readFen(row, 'min_group_price') >= readFen(row, 'coupon_min_order_amount');
  return holds && reaches ? readFen(row, 'coupon_discount') : 0;
}

function fits(row: object, params: Params): boolean {
  return params.get('with_coupon') !== 'true' || readFen(row, 'coupon_remain_quantity') > 0;
}

/** By price, before or after the coupon, or by the rate, where that is asked for. */
function sortIds(ids: readonly string[], params: Params, { nowMs }: Place): string[] {
  const names: Readonly<Record<string, string>> = {
    2: 'promotion_rate',
    3: 'min_group_price',
    9: 'min_group_price',
  };
  const isAfterCoupon = params.get('sort_type') === '9';
  const type = params.get('sort_type') ?? '0';
  const name = names[type];
  if (name === undefined) return [...ids];
  const sign = type === '2' ? -1 : 1;
  const read = (id: string) =>
    createRow(id, NAMES_IDS, nowMs).map(
      (row) => readFen(row, name) - (isAfterCoupon ? readCouponFen(row, nowMs) : 0),
    )[0] ?? 0;
  return [...ids].sort((one, other) => sign * (read(one) - read(other)));
}

function answerDetail(place: Place): object {
  const { params, nowMs } = place;
  const pid = readPid(place);
  const id = readSign(params.get('goods_sign') ?? '');
  if (id === undefined) throw new Refused('50001', 'goodsSign不合法');
  const goods = findGoods(id);
  const withSkus = params.get('need_sku_info') === 'true';
  const rows = goods ? createRow(id, pid, nowMs).map((row) => addDetails(id, row, goods, withSkus)) : [];
  return { goods_details: rows };
}

function createAddresses(id: string, { params }: Place): object {
  const [sign, pid] = [createSign(id), params.get('pid') ?? params.get('p_id') ?? ''];
  const page = `duo_coupon_landing.html?goods_sign=${sign}&pid=${pid}`;
  return {
    url: `https://mobile.yangkeduo.com/${page}`,
    short_url: `https://p.pinduoduo.com/p${id}`,
    mobile_url: `https://mobile.yangkeduo.com/app.html?launch_url=${encodeURIComponent(page)}`,
    mobile_short_url: `https://p.pinduoduo.com/p${id}`,
  };
}

function answerConvert(place: Place): object {
  checkPlace(place);
  const url = place.params.get('source_url');
  const id = findLinkId(url) ?? readSign(findLinkSign(url) ?? '');
  if (id === undefined) throw new Refused('50001', '商品链接不合法');
  if (!findGoods(id)) throw new Refused('50001', '商品未参与推广');
  return createAddresses(id, place);
}

function answerPromote(place: Place): object {
  checkPlace(place);
  const ids = readIds(place.params);
  return { goods_promotion_url_list: ids.map((id) => createAddresses(id, place)) };
}

function answerConsent(place: Place): object {
  const pid = readPid(place);
  if (place.params.get('channel_type') !== '10') throw new Refused('50001', 'channelType不合法');
  place.agreed.add(pid);
  const url = `https://mobile.yangkeduo.com/duo_authorize.html?pid=${pid}`;
  return { url_list: [{ url, mobile_url: url }] };
}

export const METHODS: Readonly<Record<string, SandboxMethod>> = {
  'pdd.ddk.goods.search': { answerKey: 'goods_search_response', answer: answerSearch },
  'pdd.ddk.goods.detail': { answerKey: 'goods_detail_response', answer: answerDetail },
  'pdd.ddk.goods.zs.unit.url.gen': { answerKey: 'goods_zs_unit_generate_response', answer: answerConvert },
  'pdd.ddk.goods.promotion.url.generate': {
    answerKey: 'goods_promotion_url_generate_response',
    answer: answerPromote,
  },
  'pdd.ddk.member.authority.query': {
    answerKey: 'authority_query_response',
    answer: (place) => ({ bind: isBound(readPid(place), place.agreed) ? 1 : 0 }),
  },
  'pdd.ddk.rp.prom.url.generate': { answerKey: 'rp_promotion_url_generate_response', answer: answerConsent },
};
