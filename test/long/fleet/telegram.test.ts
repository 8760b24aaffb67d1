import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { openWire } from '../../helpers/postgres/wire.js';
import { type BotFleet, createBotFleet, judgeReplies } from '../../helpers/telegram/bot-fleet.js';

const UPDATES = 600;
const CHATS = 60;
/** So that 600 take half a minute, well below what Telegram takes of a bot. */
const EVERY_MS = 50;

/** Sends commands that are answered at once, to many chats by turns. */
async function sendUpdates({ api }: BotFleet, { count = UPDATES, chatCount = CHATS } = {}) {
  const chats = Array.from({ length: chatCount }, () => api.chat(api.user()));
  const sent = [];
  for (let at = 0; at < count; at += 1) {
    const chat = chats[at % chatCount] ?? expect.fail();
    const { message, update } = chat.send('/lang');
    sent.push({ chat, messageId: message.message_id, updateId: update?.updateId ?? 0 });
    await sleep(EVERY_MS);
  }
  return sent;
}

/** The living one that said last that it leads. */
const findLeader = ({ bots }: BotFleet) =>
  bots.find(({ hasEnded, output }) => !hasEnded() && output().includes('gets the updates now'));

describe.skipIf(!hasPostgres())('a bot on several machines', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const listIds = (schema: string, condition: string) =>
    server
      .psql(`SELECT id FROM ${schema}.bot_update WHERE ${condition}`)
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  const untilQuiet = async (schema: string, fleet: BotFleet) => {
    await expect.poll(() => listIds(schema, 'begun_us IS NULL')).toEqual([]);
    await fleet.untilIdle(1500);
  };
  /** What was begun by a machine that was killed before it was done may have no answer. */
  const judge = (schema: string, sent: Parameters<typeof judgeReplies>[0]) => {
    const underWay = listIds(schema, 'begun_us IS NOT NULL AND done_us IS NULL');
    const judged = judgeReplies(sent);
    console.log(`${sent.length} updates; under way at a kill ${underWay.length}`);
    return { ...judged, unanswered: judged.unanswered.filter((id) => !underWay.includes(id)) };
  };
  const FAULTLESS = { unanswered: [], twice: [], outOfOrder: [] };

  it('behind one webhook answers each update once and in order, whichever machine is killed', async () => {
    const fleet = await createBotFleet({
      ...{ databaseUrl: server.url, schema: 'storm', machines: 4, hasWebhook: true },
    });
    const sending = sendUpdates(fleet);
    for (let kill = 0; kill < 7; kill += 1) {
      await sleep(2500);
      const victim = kill % 4;
      await fleet.bots[victim]?.stop('SIGKILL');
      await fleet.start(victim);
    }
    const sent = await sending;
    await untilQuiet('storm', fleet);
    expect(judge('storm', sent)).toEqual(FAULTLESS);
    expect(fleet.api.violations).toEqual([]);
  });

  it('answers each update once though a machine stands still for a while', async () => {
    const fleet = await createBotFleet({
      ...{ databaseUrl: server.url, schema: 'stall', machines: 2, hasWebhook: true },
    });
    const sending = sendUpdates(fleet, { count: 120, chatCount: 12 });
    await sleep(1500);
    fleet.bots[0]?.signal('SIGSTOP');
    await sleep(5000);
    fleet.bots[0]?.signal('SIGCONT');
    const sent = await sending;
    await untilQuiet('stall', fleet);
    // What it had begun comes late.
    expect(judge('stall', sent)).toMatchObject({ unanswered: [], twice: [] });
    expect(fleet.api.violations).toEqual([]);
  });

  it('confirms nothing while the database is away, and answers everything when it is back', async () => {
    const wire = await openWire(server.port);
    const databaseUrl = `postgres://bijia@127.0.0.1:${wire.port}/postgres`;
    const fleet = await createBotFleet({ databaseUrl, schema: 'away', machines: 2, hasWebhook: true });
    const sending = sendUpdates(fleet, { count: 100, chatCount: 20 });
    await sleep(1500);
    wire.cut();
    const listOutcomes = () => fleet.api.webhook.deliveries.map(({ outcome }) => outcome);
    await Promise.all([sleep(3000), expect.poll(listOutcomes).toContain(503)]);
    wire.join();
    const sent = await sending;
    await untilQuiet('away', fleet);
    await wire.close();
    console.log(`${listOutcomes().filter((outcome) => outcome === 503).length} deliveries refused with 503`);
    expect(judge('away', sent)).toEqual(FAULTLESS);
  });

  it('polls with one machine, and with the next one when that is killed', async () => {
    const fleet = await createBotFleet({
      ...{ databaseUrl: server.url, schema: 'poll', machines: 3 },
      ...{ environment: { BIJIA_LOG_LEVEL: 'info' } },
    });
    const sending = sendUpdates(fleet, { count: 160, chatCount: 20 });
    const isPolling = ({ method, endedAtMs }: { method: string; endedAtMs: number | undefined }) =>
      method === 'getUpdates' && endedAtMs === undefined;
    for (let kill = 0; kill < 2; kill += 1) {
      await sleep(2000);
      await expect.poll(() => findLeader(fleet)).toBeDefined();
      expect(fleet.api.requests.filter(isPolling).length).toBeLessThanOrEqual(1);
      await findLeader(fleet)?.stop('SIGKILL');
    }
    const sent = await sending;
    await untilQuiet('poll', fleet);
    expect(judge('poll', sent)).toEqual(FAULTLESS);
    await expect.poll(() => findLeader(fleet)).toBeDefined();
    // The number of a machine may hold these digits, too.
    expect(fleet.bots.map((bot) => bot.output()).join('')).not.toMatch(/\b409\b/);
  });
});
