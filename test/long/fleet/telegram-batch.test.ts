import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BotMessage } from '../../fake-telegram/index.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { createBotFleet } from '../../helpers/telegram/bot-fleet.js';
import { jdLinks } from '../../helpers/telegram/links.js';

/** Calls under way at a kill are made once more. */
const REPEATED = 40;
const hasFile = ({ document }: BotMessage) => document !== undefined;

describe.skipIf(!hasPostgres())('a batch of a bot on several machines', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  /** @param quota slow enough that the batch is still under way at what the test does to it */
  async function startFleet(schema: string, quota: string) {
    const fleet = await createBotFleet({
      ...{ databaseUrl: server.url, schema, machines: 3, hasWebhook: true, quota },
      environment: { JD_UNION_QUOTA: quota, BIJIA_LOG_LEVEL: 'info' },
    });
    const chat = fleet.api.chat(fleet.api.user());
    /** The machine that sees to the job. */
    const findLeader = (): number => {
      const [member] = server
        .psql(`SELECT record->'extra'->'telegram'->>'by' FROM ${schema}.job`)
        .trim()
        .split('\n');
      return fleet.bots.findIndex((bot) => member && !bot.hasEnded() && bot.output().includes(member));
    };
    const countFiles = () => chat.messages().filter(hasFile).length;
    return {
      ...fleet,
      chat,
      countFiles,
      startBatch: async (count: number) => {
        chat.sendDocument(jdLinks(count).join('\n'), 'ids.txt');
        await chat.waitForMessage('识别到');
        chat.press('开始');
        await expect.poll(() => fleet.sandbox.arrivals().length).toBeGreaterThan(0);
      },
      /** After an earlier kill, another machine has yet to take the job. */
      killLeader: async (): Promise<number> => {
        await expect.poll(findLeader).toBeGreaterThanOrEqual(0);
        const leader = findLeader();
        await fleet.bots[leader]?.stop('SIGKILL');
        return leader;
      },
      untilFiles: (count: number) =>
        chat.waitUntil(() => (countFiles() >= count ? chat.messages().findLast(hasFile) : undefined)),
    };
  }

  it('is carried on by another one when its machine is killed, and its result comes once', async () => {
    const { startBatch, killLeader, start, sandbox, chat, untilFiles, untilIdle, countFiles } =
      await startFleet('kills', '10/1s');
    await startBatch(300);
    const starting: Promise<void>[] = [];
    for (let kill = 0; kill < 2; kill += 1) {
      const killed = await killLeader();
      const done = sandbox.arrivals().length;
      await expect.poll(() => sandbox.arrivals().length).toBeGreaterThan(done + 40);
      // Until it is there again, on a busy machine, the batch might come to its end.
      starting.push(start(killed));
    }
    await Promise.all(starting);
    const result = await untilFiles(1);
    await untilIdle(6000);
    console.log(`${sandbox.arrivals().length} calls for 300 lines, 2 kills`);
    expect(result.text).toContain('成功 300');
    expect(countFiles()).toBe(1);
    expect(chat.messages().some(({ text }) => text.includes('可能已经发出'))).toBe(false);
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(300 + 2 * REPEATED);
  });

  it('is cancelled, resumed and brought again by buttons, whichever machine is there', async () => {
    const { startBatch, killLeader, sandbox, api, chat, untilFiles } = await startFleet('buttons', '5/1s');
    await startBatch(120);
    // Until the chat sees that it has begun, its button is that of the offer.
    await chat.waitForMessage('⏳');
    await killLeader();
    chat.press('取消');
    await chat.waitForMessage(/已取消/);
    chat.send('/jobs');
    const list = await chat.waitForMessage('ids.txt');
    chat.press('继续', { on: list });
    const result = await untilFiles(1);
    expect(result.text).toContain('成功 120');
    chat.send('/jobs');
    chat.press('📄', { on: await chat.waitForMessage('ids.txt') });
    await untilFiles(2);
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(120 + REPEATED);
    expect(api.violations).toEqual([]);
  });

  it('says that nobody knows when its machine is killed while it sends the result', async () => {
    const { startBatch, killLeader, api, chat, untilFiles, countFiles } = await startFleet(
      'sending',
      '20/1s',
    );
    api.faults.plan('sendDocument', { kind: 'late' });
    await startBatch(40);
    await untilFiles(1);
    await killLeader();
    const word = await chat.waitForMessage('可能已经发出，也可能没有');
    expect(countFiles()).toBe(1);
    chat.press('重新发送结果', { on: word });
    await untilFiles(2);
  });
});
