import type { ProviderErrorWords } from '../../provider.js';

/** Words for the codes that both Taobao providers share. */
export const TAOBAO_ERROR_WORDS: ProviderErrorWords = {
  numeric_id_unsupported: {
    en: 'Taobao no longer takes numeric ids. Paste the share text of the Taobao app instead.',
    zh: '淘宝联盟不再支持数字商品编号。请在淘宝 App 里点分享，复制口令发过来。',
  },
  not_returned: {
    en: "Taobao's alliance doesn't know this product, or it isn't promoted. Check the link.",
    zh: '淘宝联盟没有这个商品：可能已下架，或没有参加推广。请核对链接。',
  },
  text_without_product: {
    en: 'This share text leads to no product, or it has expired. Share the product again.',
    zh: '这个口令或链接打不开商品，可能已过期。请在 App 里重新分享。',
  },
  not_promoted: {
    en: "Taobao's alliance doesn't promote this product: no promotion link can be made.",
    zh: '淘宝联盟没有推广这个商品，生成不了推广链接。',
  },
};
