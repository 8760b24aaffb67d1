import { createDice } from '../../../simulation/upstream.js';
import { openNumber } from './catalogue.js';

/** What a text leads to, or that it leads nowhere. */
export interface OpenedMaterial {
  /** 1 product, 2 shop. */
  readonly type: 1 | 2;
  readonly id: string;
}

const LINK_WITH_ID = /^https?:\/\/[\w.]*(?:taobao|tmall)\.(?:com|hk)\/.*[?&]id=([a-z\d-]+)/i;
const SHARE_CODE = /^([￥¥$€£₤₳₴₰])([a-z\d]{6,40})\1$/i;
const OPAQUE_LINK =
  /^https?:\/\/(?:(?:e|m)\.tb\.cn\/|s\.click\.taobao\.com\/|uland\.taobao\.com\/coupon\/)([\w./?=&%-]+)$/i;

/**
 * Opens a link or a share code. A code with `dead` in it leads nowhere, one with `shop` to a shop, one with `number` to a
 * number; every other stands for a product that follows from it.
 */
export function openMaterial(text: string, random: () => number): OpenedMaterial | undefined {
  const id = LINK_WITH_ID.exec(text)?.[1];
  if (id !== undefined) return { type: 1, id: /^\d+$/.test(id) ? openNumber(id, random) : id };
  const code = SHARE_CODE.exec(text)?.[2] ?? OPAQUE_LINK.exec(text)?.[1];
  // Codes of other marketplaces look the same, and are not opened here.
  if (code === undefined || /dead|^(?:jd|pdd)\d/i.test(code)) return undefined;
  if (/shop/i.test(code)) return { type: 2, id: '123456789' };
  const drawn = createDice(`text ${code}`).whole(6 * 10 ** 10, 7 * 10 ** 10);
  if (/number/i.test(code)) return { type: 1, id: `${drawn}9` };
  return { type: 1, id: openNumber(`${drawn}1`, random) };
}
