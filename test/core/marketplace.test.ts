import { describe, expect, it } from 'vitest';
import { findMarketplaceByName } from '../../src/core/marketplace.js';
import { marketplaces } from '../../src/core/providers/index.js';

describe('findMarketplaceByName', () => {
  it.each([
    [
      'jd',
      [
        'jd',
        'JD',
        'JD.com',
        'JD.COM',
        '京东',
        '京东商城',
        ' 京东 ',
        '京东自营',
        '京东-自营',
        'jingdong',
        'ＪＤ',
      ],
    ],
    ['jd', ['https://www.jd.com', 'item.jd.com', '京东平台', '京东(JD)'.slice(0, 2)]],
    ['pdd', ['pdd', 'PDD', 'pinduoduo', 'Pinduoduo', 'Pin Duo Duo', '拼多多', '拼多多商城', 'pinduoduo.com']],
    ['taobao', ['淘宝', '淘宝网', 'taobao.com']],
  ])('knows %s by %j', (id, names) => {
    for (const name of names) expect(findMarketplaceByName(name, marketplaces)?.id, name).toBe(id);
  });

  it.each(['', '?', '商城', 'walmart', 'jd2', '京', 'evil-jd.com.example', '平台'])(
    'knows none by %j',
    (name) => {
      expect(findMarketplaceByName(name, marketplaces)).toBeUndefined();
    },
  );
});
