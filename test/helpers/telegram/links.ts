/** What people paste in these tests, all of it answered by the sandbox. */
export const FLAGSHIP_ID = '100012345678';
export const FLAGSHIP = `https://item.jd.com/${FLAGSHIP_ID}.html`;
/** With a picture and four variants. */
export const MILK_POWDER = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';
export const SHOP = 'https://mall.jd.com/index-1000462158.html';
export const UNKNOWN = 'https://item.jd.com/100000000404.html';

export const jdLink = (id: number | string) => `https://item.jd.com/${id}.html`;

/** Links of as many different products. */
export function jdLinks(count: number, first = 100_001_000): string[] {
  return Array.from({ length: count }, (_, at) => first + at)
    .filter((id) => id % 1000 !== 404)
    .map(jdLink);
}

/** Leaves Pinduoduo to the source that costs money. */
export const PAID_ONLY = {
  PDD_DDK_CLIENT_ID: undefined,
  PDD_DDK_CLIENT_SECRET: undefined,
  PDD_DDK_PID: undefined,
  PDD_DDK_CUSTOM_PARAMETERS: undefined,
  PDD_DDK_GATEWAY_URL: undefined,
};
