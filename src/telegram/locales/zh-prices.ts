import { type WatchRule, WORDS } from '../../core/index.js';
import { formatCount } from './display.js';

const { money, percent, duration } = WORDS.zh;

/** What the bot says about prices over time, in Chinese. */
export const history = {
  howTo: (forms: string) => `请在 /history 后面加上商品链接，例如：\n${forms}`,
  /** Several links may be the same thing; who sent them knows. */
  cheapestOf: (title: string, price: string) => `有货里最便宜：${title}，${price}`,
};

/** What the bot says about price alerts, in Chinese. */
export const watch = {
  howTo: (link: string) => `请在 /watch 后面加上商品链接，可以再加目标价，例如：\n/watch ${link} 5000`,
  when: '🔔 降到多少时提醒？',
  drop: (share: number) => `降 ${percent(share * 100)}`,
  low: '90 天新低',
  askPrice: '输入价格',
  /** The product's link follows. */
  replyWithPrice: '回复这条消息，写目标价，例如 5000。商品：',
  notAPrice: '没有看懂价格。请回复一个金额，例如 5000、¥4,999 或 0.5万。',
  onlyAdmins: '在群里，只有群管理员可以设降价提醒。私聊机器人可以给自己设。',
  tooMany: (max: number) => `最多 ${formatCount(max)} 个降价提醒。用 /watches 取消一些再设。`,
  rule: (rule: WatchRule): string => {
    if (rule.kind === 'below') return `不高于 ${money(rule.fen)} 时提醒`;
    if (rule.kind === 'low') return '90 天新低时提醒';
    if (rule.kind === 'stock') return '到货时提醒';
    return `降 ${percent((rule.share ?? 0.02) * 100)} 时提醒`;
  },
  made: (facts: { id: string; price: string | undefined; rule: string; everyMs: number }) => {
    const { id, price, rule, everyMs } = facts;
    const shown = price === undefined ? '现在买不到' : `现价 ${price}`;
    return `🔔 已设降价提醒 ${id} · ${shown} · ${rule} · 约每 ${duration(everyMs)}查一次价`;
  },
  reached: '现在已经达到；回升后再降到时提醒。',
  lowest: (price: string) => `90 天里最低 ${price}。`,
  sure: (target: string) => `就按 ${target} 提醒`,
  /** The target stands first: it is read again from here. The product's link follows. */
  farBelow: (target: string, price: string) => `目标价 ${target} 不到现价（${price}）的三成，是写错了吗？`,
  which: (count: number) => `🔔 一共 ${formatCount(count)} 个商品：分别提醒，还是只看其中最便宜的？`,
  each: '分别提醒',
  cheapest: '只看最便宜的',
  groupOf: (count: number) => `看 ${formatCount(count)} 个商品里最便宜的。`,
  paid: '每查一次价用一次付费查询。',
  doubtful: (count: number) => `⚠️ 最近 7 天有 ${formatCount(count)} 条提醒可能没有送达，不会重发。`,
  none: '还没有降价提醒。发 /watch 加商品链接，或点卡片下的「降价提醒」。',
  list: (count: number) => `🔔 你的降价提醒（${formatCount(count)}）`,
  muted: '💤 暂不提醒',
  gone: '没有这个提醒：已经取消，或不是你设的。',
  removed: '已取消提醒',
  silenced: '7 天内不提醒',
  alerts: {
    lost: '⚠️ 三天没有查到价格，以后每天查一次',
    below: (price: string, target: string) => `📉 ${price}，不高于你定的 ${target}`,
    drop: (price: string, was: string) => `📉 ${price}，降自 ${was}`,
    low: (price: string) => `📉 ${price}，90 天新低`,
    stock: (price: string) => `📦 到货了，${price}`,
  },
  was: (price: string) => `上次 ${price}`,
  digest: (count: number) => `📉 ${formatCount(count)} 个降价提醒`,
};
