import type { Note } from '../../product/product.js';

/** What a reader must know of a price with 百亿补贴, Pinduoduo's own subsidy. */
export const SUBSIDY_NOTE: Note = {
  en: 'Takes part in 百亿补贴 (platform subsidy); the price may differ by account',
  zh: '参加百亿补贴，不同账号的价格可能不同',
};
