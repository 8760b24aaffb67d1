import { type AnswerFault, createDice, type SandboxWorld } from '../../../simulation/upstream.js';
import { createItemId, findItem, toStableHalf } from '../../taobao/sandbox/catalogue.js';
import type { SandboxItem } from '../../taobao/sandbox/generate.js';
import { openMaterial } from '../../taobao/sandbox/texts.js';
import type { Params } from './gateway.js';

/** What stands in the envelope, or the code that refuses. */
export type MethodAnswer = object | string;

export interface SandboxMethod {
  readonly name: string;
  readonly readIds: (params: Params) => readonly string[];
  readonly answer: (params: Params, fault?: AnswerFault) => MethodAnswer;
}

const MAX_IDS = 20;
const MAX_PAGE_SIZE = 100;
const FOUND = 75;
const PID_ERROR = 'sub_code isp.pid-check-error';
const PARAMETER_ERROR = 'sub_code isv.*-parameter';

const splitIds = (params: Params) => (params.get('item_id') ?? '').split(',').filter(Boolean);
const hasZone = (params: Params) => /^\d+$/.test(params.get('adzone_id') ?? '');

function answerInfo(params: Params, { random }: SandboxWorld, fault?: AnswerFault): MethodAnswer {
  const ids = splitIds(params);
  if (ids.length === 0 || ids.length > MAX_IDS) return PARAMETER_ERROR;
  if (ids.some((id) => /^\d+$/.test(id))) return 'sub_code -4003';
  if (fault?.kind === 'no-data' || fault?.kind === 'not-found') return {};
  if (fault?.kind === 'empty-data') return { results: {} };
  if (fault?.kind === 'result-broken') return { results: 'broken' };
  const rows = ids.flatMap((id) => {
    const stable = id.split('-').at(-1) ?? '';
    const item = findItem(stable);
    return item ? [{ item_id: createItemId(stable, random), input_item_iid: id, ...item }] : [];
  });
  const kept = fault?.kind === 'missing-rows' ? rows.filter((_, at) => at % 2 === 0) : rows;
  // An empty list is left out.
  return kept.length === 0 ? {} : { results: { tbk_item_detail: kept } };
}

const toYuan = ({ price_promotion_info: { final_promotion_price } }: SandboxItem) =>
  Number(final_promotion_price);

const ORDERS: Readonly<Record<string, (one: SandboxItem, other: SandboxItem) => number>> = {
  final_promotion_price_asc: (one, other) => toYuan(one) - toYuan(other),
  total_sales_des: (one, other) =>
    Number(other.item_basic_info['volume']) - Number(one.item_basic_info['volume']),
  tk_rate_des: (one, other) =>
    Number(other.publish_info['income_rate']) - Number(one.publish_info['income_rate']),
};

function answerSearch(params: Params, { random }: SandboxWorld): MethodAnswer {
  const [page, size] = [Number(params.get('page_no') ?? 1), Number(params.get('page_size') ?? 20)];
  if (!hasZone(params)) return PID_ERROR;
  if (!params.get('q') || !(page >= 1 && size >= 1 && size <= MAX_PAGE_SIZE)) return PARAMETER_ERROR;
  const first = createDice(`search ${params.get('q')}`).whole(6 * 10 ** 11, 7 * 10 ** 11);
  const found = Array.from({ length: FOUND }, (_, at) => toStableHalf(`${first + at}`)).flatMap((stable) => {
    const item = findItem(stable);
    return item && isWanted(item, params) ? [{ stable, ...item }] : [];
  });
  const order = ORDERS[params.get('sort') ?? ''];
  const sorted = order ? found.toSorted(order) : found;
  const map_data = sorted.slice((page - 1) * size, page * size).map(({ stable, ...item }) => ({
    item_id: createItemId(stable, random),
    ...item,
    publish_info: {
      ...item.publish_info,
      click_url: `//s.click.taobao.com/t?e=${stable}`,
      coupon_share_url: `//uland.taobao.com/coupon/edetail?e=${stable}`,
    },
  }));
  return { total_results: sorted.length, ...(map_data.length > 0 && { result_list: { map_data } }) };
}

function isWanted(item: SandboxItem, params: Params): boolean {
  const [least, most] = [Number(params.get('start_price') ?? 0), Number(params.get('end_price') ?? Infinity)];
  const hasCoupon = item.price_promotion_info['final_promotion_path_list'] !== undefined;
  const isInRange = toYuan(item) >= least && toYuan(item) <= most;
  return isInRange && (hasCoupon || params.get('has_coupon') !== 'true');
}

function answerParse(params: Params, { random }: SandboxWorld): MethodAnswer {
  if (!hasZone(params)) return PID_ERROR;
  const texts = [...(params.get('material_dto') ?? '').matchAll(/"material_url":("(?:[^"\\]|\\.)*")/g)];
  if (texts.length === 0) return PARAMETER_ERROR;
  const material_url_list = texts.map(([, json = '""']) => {
    const input_material_url = String(JSON.parse(json));
    const opened = openMaterial(input_material_url, random);
    if (!opened) return { code: 1001, msg: '无权限', input_material_url };
    const link_info_dto = { material_type: opened.type, material_id: opened.id, tk_biz_type: 2 };
    return { code: 0, msg: '', input_material_url, link_info_dto };
  });
  return { data: { material_url_list: { material_url_list } } };
}

function answerConvert(params: Params): MethodAnswer {
  if (!hasZone(params)) return PID_ERROR;
  const [id, url] = [params.get('item_id_list'), params.get('material_list')];
  const stable = id?.split('-').at(-1) ?? toStableHalf(/id=(\d+)/.exec(url ?? '')?.[1] ?? '0');
  const link = findItem(stable)
    ? { code: 0, msg: '', link_info_dto: { cps_short_url: `https://s.click.taobao.com/${stable}` } }
    : { code: 1002, msg: '商品未参与推广' };
  return id === undefined
    ? { data: { material_url_list: { material_url_list: [link] } } }
    : { data: { item_url_list: { item_url_list: [link] } } };
}

/** The methods of the simulated gateway. */
export function createMethods(world: SandboxWorld): readonly SandboxMethod[] {
  const none = () => [];
  return [
    {
      name: 'taobao.tbk.item.info.upgrade.get',
      readIds: splitIds,
      answer: (params, fault) => answerInfo(params, world, fault),
    },
    {
      name: 'taobao.tbk.dg.material.optional.upgrade',
      readIds: none,
      answer: (params) => answerSearch(params, world),
    },
    {
      name: 'taobao.tbk.dg.general.link.parse',
      readIds: none,
      answer: (params) => answerParse(params, world),
    },
    { name: 'taobao.tbk.dg.general.link.convert', readIds: none, answer: answerConvert },
  ];
}
