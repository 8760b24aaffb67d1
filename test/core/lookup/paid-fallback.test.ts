import { afterEach, expect, it } from 'vitest';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';

/** Takes no part in the promotion programme; the paid source knows it. */
const UNPROMOTED = 'https://mobile.yangkeduo.com/goods.html?goods_id=300010777';

let opened: SandboxCore | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(environment: Readonly<Record<string, string>> = {}): Promise<SandboxCore> {
  opened = await openSandboxCore({ environment });
  return opened;
}

it('names the paid source that may know a product, and does not ask it', async () => {
  const { core, sandbox } = await open();
  const [result] = await core.get(UNPROMOTED);
  expect(result).toMatchObject({ outcome: 'not_found', error: { code: 'not_promoted' } });
  expect(result?.error?.message).toMatch(/--source pdd-jumdata.*BIJIA_PAID_FALLBACK=1/);
  expect(sandbox.arrivals()).toHaveLength(1);
});

it('asks it where the operator has said so, and says whose product it is', async () => {
  const { core } = await open({ BIJIA_PAID_FALLBACK: '1' });
  const [result] = await core.get(UNPROMOTED);
  expect(result).toMatchObject({ outcome: 'ok', product: { source: 'pdd-jumdata' } });
  expect(result?.product?.notes?.at(-1)).toEqual({
    en: 'Duoduo Jinbao does not have it',
    zh: '多多进宝没有这个商品',
  });
});

it('asks nobody else in a batch, and where a source is named', async () => {
  const { core } = await open({ BIJIA_PAID_FALLBACK: '1' });
  expect(await core.get(UNPROMOTED, { lane: 'batch' })).toMatchObject([{ outcome: 'not_found' }]);
  const [named] = await core.get(UNPROMOTED, { source: 'pdd-ddk' });
  expect(named?.error?.message).not.toContain('--source');
});
