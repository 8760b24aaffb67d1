import { expect, it } from 'vitest';
import type { HeldPermit } from '../../../src/core/permits/held-permit.js';
import type { PermitStore, PermitView } from '../../../src/core/permits/permit-store.js';
import type { Quota } from '../../../src/core/setting-parsers.js';

export const PERMIT_CASES_LIMIT: Quota = { calls: 3, windowMs: 60_000 };
export const PERMIT_CASES_TIMEOUT_MS = 15_000;

/** What every store of permits promises, whatever keeps it. @param open the store of another member of a group that may send */
export function definePermitStoreCases(open: () => PermitStore | Promise<PermitStore>): void {
  const take = async (store: PermitStore, kind: HeldPermit['kind'] = 'b1'): Promise<HeldPermit> =>
    (await store.claim(await store.look(), kind)) ?? expect.fail('nobody else claims');
  const find = (view: PermitView, number: number) => view.permits.get(number);

  it('shows every permit that was taken before a view, with who took it and for what', async () => {
    const [one, other] = [await open(), await open()];
    const first = await take(one, 'i');
    const second = await take(other, 'b7');
    for (const store of [one, other]) {
      const view = await store.look();
      expect(find(view, first.number)).toMatchObject({ kind: 'i', pid: one.pid, holdUs: first.holdUs });
      expect(find(view, second.number)).toMatchObject({ kind: 'b7', pid: other.pid });
      expect(view.newest).toBe(second.number);
      expect(view.nowUs).toBeGreaterThanOrEqual(second.acquiredUs);
    }
    expect(second.number).toBe(first.number + 1);
  });

  it('gives a number to one of those who claim it at once', async () => {
    const members = await Promise.all(Array.from({ length: 5 }, () => open()));
    const views = await Promise.all(members.map((store) => store.look()));
    const held = await Promise.all(members.map((store, at) => store.claim(views[at] as PermitView, 'b1')));
    expect(held.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('refuses a claim by a view that is out of date', async () => {
    const [one, other] = [await open(), await open()];
    const view = await one.look();
    await take(other);
    expect(await one.claim(view, 'b1')).toBeUndefined();
  });

  it('shows the end of a call to the others, used or not', async () => {
    const [one, other] = [await open(), await open()];
    const [used, unused] = [await take(one), await take(one)];
    await one.answer(used.number);
    await one.giveBack(unused.number);
    const view = await other.look();
    expect(find(view, used.number)?.answeredUs).toBeGreaterThanOrEqual(used.acquiredUs);
    expect(find(view, unused.number)).toMatchObject({ void: true });
  });

  it("ends nobody else's permit", async () => {
    const [one, other] = [await open(), await open()];
    const held = await take(one);
    await other.look();
    await other.answer(held.number);
    await other.giveBack(held.number);
    const kept = find(await one.look(), held.number);
    expect(kept?.answeredUs).toBeUndefined();
    expect(kept?.void ?? false).toBe(false);
  });

  it('tells how many people wait elsewhere, never those of its own', async () => {
    const [one, other] = [await open(), await open()];
    await Promise.all([one.look(), other.look()]);
    const before = (await other.look()).waitingElsewhere;
    await one.announce(4);
    expect((await other.look()).waitingElsewhere).toBe(before + 4);
    expect((await one.look()).waitingElsewhere).toBe(before);
    await one.announce(0);
    expect((await other.look()).waitingElsewhere).toBe(before);
  });

  it('shares a freeze, whose strikes only a call of after it forgives', async () => {
    const [one, other] = [await open(), await open()];
    const { nowUs } = await one.look();
    const freeze = { frozenUntilUs: Math.ceil(nowUs), calls: 2, sinceUs: Math.floor(nowUs), strikes: 2 };
    await one.freeze(freeze);
    expect((await other.look()).freeze).toEqual(freeze);
    await one.forgive(freeze.frozenUntilUs - 1000);
    expect((await other.look()).freeze?.strikes).toBe(2);
    await one.forgive(freeze.frozenUntilUs + 1000);
    expect((await other.look()).freeze).toEqual({ ...freeze, strikes: 0 });
  });
}
