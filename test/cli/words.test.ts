import { describe, expect, it } from 'vitest';
import { db as en } from '../../src/cli/words/en-db.js';
import { TEXTS } from '../../src/cli/words/index.js';
import { db as zh } from '../../src/cli/words/zh-db.js';

describe('a sweep that looked at nothing, but has alerts', () => {
  const alerts = (count: number) => Array.from({ length: count }, () => ({})) as never[];
  const report = { looks: 0, calls: 0, failed: 0, isBehind: false };

  it.each([
    [1, /^No look was needed for 1 alert: others had asked/, /^有 1 条(降价)?提醒，价格是别处查到的/],
    [2, /^No look was needed for 2 alerts: others had asked/, /^有 2 条(降价)?提醒，价格是别处查到的/],
  ])('says where %s came from', (count, english, chinese) => {
    const swept = { ...report, alerts: alerts(count) };
    for (const say of [TEXTS.en.watch.swept, TEXTS.en.worker.looked]) expect(say(swept)).toMatch(english);
    for (const say of [TEXTS.zh.watch.swept, TEXTS.zh.worker.looked]) expect(say(swept)).toMatch(chinese);
  });

  it('of its own counts looks and alerts', () => {
    const swept = { ...report, looks: 3, calls: 1, alerts: alerts(2) };
    expect(TEXTS.en.watch.swept(swept)).toBe('3 products looked at with 1 call; 0 failed; 2 alerts.');
    expect(TEXTS.en.worker.looked(swept)).toBe('Looked at 3 products for price alerts: 2 alerts.');
  });
});

describe('the state of a shared database', () => {
  it.each([
    [8, /Run: bijia db migrate$/, /运行：bijia db migrate$/],
    [9, /those of this version/, /当前版本/],
    // Its migration would be refused.
    [10, /Update this installation of bijia\.$/, /请升级本机的 bijia。$/],
  ])('with tables of version %s, where the program needs 9, says what to do', (found, english, chinese) => {
    expect(en.status(found, 9)).toMatch(english);
    expect(zh.status(found, 9)).toMatch(chinese);
  });
});
