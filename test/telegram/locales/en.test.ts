import { describe, expect, it } from 'vitest';
import { en } from '../../../src/telegram/locales/en.js';

const asked = (calls: number) => ({ calls, wait: '5 s', ahead: calls });
const quota = (calls: number) => ({ name: 'JD', calls, window: '60 s', used: 1, free: 1 });

describe('English sentences with a number', () => {
  it.each<readonly [(count: number) => string, one: string, many: string]>([
    [en.card.reviews, '1 review', '2 reviews'],
    [en.card.skuCount, '1 variant', '2 variants'],
    [en.batch.howTo, 'At most 1 product at a time.', 'At most 2 products at a time.'],
    [(max) => en.batch.tooMany(5, max), 'At most 1 product at', 'At most 2 products at'],
    [(need) => en.batch.notEnoughCalls(need, 0), 'needs 1 call,', 'needs 2 calls,'],
    [(products) => en.batch.size(5, products), '5 lines, 1 product', '5 lines, 2 products'],
    [(lines) => en.batch.size(lines, 5), '1 line, 5', '2 lines, 5'],
    [en.batch.knownBefore, '1 of them is known', '2 of them are known'],
    [
      (calls) => en.batch.expected(asked(calls)),
      '1 call, about 5 s; 1 batch comes',
      '2 calls, about 5 s; 2 batches come',
    ],
    [(ahead) => en.batch.queued('#a1b2', ahead), '1 batch comes first', '2 batches come first'],
    [en.batch.pastedList, 'pasted list (1 line)', 'pasted list (2 lines)'],
    [(total) => en.shop.title('Shop', String(total)), '· 1 product', '· 2 products'],
    [(calls) => en.status.quota(quota(calls)), '1 call per 60 s', '2 calls per 60 s'],
    [(spent) => en.status.mine(spent, '3'), 'used 1 call today', 'used 2 calls today'],
    [en.status.everybody, ': 1 call today', ': 2 calls today'],
    [(more) => en.notices.tooManyLinks(5, more), '1 more was left out', '2 more were left out'],
    [en.notices.dailyCallsUsed, 'your 1 call for', 'your 2 calls for'],
  ])('agrees with one and with many: %s', (say, one, many) => {
    expect(` ${say(1)} `).toMatch(new RegExp(`${literally(one)}(?!\\w)`));
    expect(say(2)).toContain(many);
  });
});

const literally = (text: string) => text.replace(/[()]/g, '\\$&');
