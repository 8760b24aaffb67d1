import { describe, expect, it } from 'vitest';
import { db as en } from '../../src/cli/words/en-db.js';
import { db as zh } from '../../src/cli/words/zh-db.js';

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
