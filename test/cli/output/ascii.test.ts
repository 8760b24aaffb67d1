import { describe, expect, it } from 'vitest';
import { isAsciiLocale, toAscii } from '../../../src/cli/output/ascii.js';
import { runCli } from '../../helpers/run-cli.js';

describe('a terminal that shows ASCII only', () => {
  it.each([
    [{ LANG: 'C' }, true],
    [{ LANG: 'POSIX' }, true],
    [{ LANG: 'en_US.ISO-8859-1' }, true],
    [{ LANG: 'zh_CN.GBK' }, true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true],
    [{ LC_CTYPE: 'en_US.utf8', LANG: 'C' }, false],
    [{ LANG: 'C.UTF-8' }, false],
    [{ LANG: 'zh_CN' }, false],
    [{}, false],
  ])('is one whose locale says so: %j', (environment, expected) => {
    expect(isAsciiLocale(environment)).toBe(expected);
  });

  it('is shown marks in ASCII, and texts of sellers as they are', () => {
    expect(toAscii('✓ ¥5,999–¥9,299 · 苹果…')).toBe('+ CNY 5,999-CNY 9,299 | 苹果...');
  });

  it('is shown a product and the checks of the doctor without any mark beyond ASCII', async () => {
    const environment = { BIJIA_SANDBOX: '1', LC_ALL: 'C' };
    const card = await runCli(['get', '100012345678', '--platform', 'jd'], { environment });
    expect(card.stdout).toContain('CNY 5,699 after coupon');
    const doctor = await runCli(['doctor'], { environment });
    const beyond = /[^\x20-\x7e\n\p{Script=Han}：，。、；（）【】《》]/u;
    for (const line of `${card.stdout}${doctor.stdout}`.split('\n')) expect(line).not.toMatch(beyond);
    const json = await runCli(['get', '100012345678', '--platform', 'jd', '--json'], { environment });
    expect(JSON.parse(json.stdout)).toMatchObject({ results: [{ outcome: 'ok' }] });
  });
});
