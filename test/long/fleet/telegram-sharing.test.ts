import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { createBotFleet } from '../../helpers/telegram/bot-fleet.js';
import { FLAGSHIP, jdLink, jdLinks } from '../../helpers/telegram/links.js';

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe.skipIf(!hasPostgres())('two machines of one bot', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const openFleet = (schema: string, environment: Record<string, string | undefined> = {}) =>
    createBotFleet({
      ...{ databaseUrl: server.url, schema, machines: 2, hasWebhook: true, environment },
    });

  it('divide the chats, and answer also where an update comes to the one whose chat it is not', async () => {
    const { api } = await openFleet('latency');
    const chats = Array.from({ length: 6 }, () => api.chat(api.user()));
    const delays: number[] = [];
    const holders = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      for (const chat of chats) {
        const { update } = chat.send(FLAGSHIP);
        await chat.waitForMessage('iPhone 17');
        if (round > 0) delays.push((update && api.replyDelayMs(update)) ?? Number.POSITIVE_INFINITY);
      }
      // One that a busy machine keeps from saying that it lives loses its chats to the other.
      for (const holder of server.psql('SELECT DISTINCT holder FROM latency.bot_chat').trim().split('\n'))
        holders.add(holder);
    }
    console.log(`reply p50 ${median(delays).toFixed(1)} ms, worst ${Math.max(...delays).toFixed(1)} ms`);
    expect(holders.size).toBe(2);
  });

  it('know the same guests, languages and calls of the day', async () => {
    const { api } = await openFleet('people', {
      ...{ TELEGRAM_ALLOWED_USERS: undefined, TELEGRAM_ADMINS: '1000', TELEGRAM_DAILY_CALLS: '2' },
    });
    const admin = api.chat(api.user({ id: 1000 }));
    const ann = api.user({ first_name: 'Ann', username: 'ann_real' });
    const chat = api.chat(ann);
    for (let at = 0; at < 2; at += 1) {
      chat.send('hello');
      await chat.waitForMessage('授权');
    }
    // Strangers are refused before anything of theirs is kept.
    expect(server.psql('SELECT count(*) FROM people.bot_update').trim()).toBe('0');
    admin.press('允许', { on: await admin.waitForMessage('Ann (＠ann_real) 想使用机器人') });
    await chat.waitForMessage('你现在可以使用机器人了');
    expect(admin.messages()).toHaveLength(1);
    const listCards = () => chat.messages().filter(({ text }) => text.includes('商品编号'));
    for (const [at, link] of jdLinks(2).entries()) {
      chat.send(link);
      await chat.waitUntil(() => (listCards().length === at + 1 ? true : undefined));
    }
    const group = api.group({ title: '群', members: [ann] }).as(ann);
    admin.send(`/allow ${group.id}`);
    await admin.waitForMessage('现在可以使用机器人');
    group.send(`@${api.bot.username} ${jdLink(100_030_000)}`);
    await group.waitForMessage('查询额度已用完');
    chat.send('/lang');
    await chat.waitForMessage('Choose a language');
    await chat.press('English').answered();
    for (let at = 0; at < 2; at += 1) {
      group.send('/status');
      await group.waitForMessage('You used 2 calls today');
    }
    expect(api.violations).toEqual([]);
  });

  it('get their updates in one way: another is told what to do', async () => {
    const { api, launchBot } = await openFleet('source');
    const poller = launchBot({
      ...{ BIJIA_SANDBOX: '0', BIJIA_DATABASE_URL: server.url, BIJIA_DATABASE_SCHEMA: 'source' },
    });
    expect(await poller.exited).toBe(2);
    expect(poller.output()).toContain('Give all of them the same settings');
    expect(api.webhook.info().url).toContain('https://bot.example');
  });

  it('polling beside a fleet of its own database is told so', async () => {
    const { api, launchBot, bots } = await createBotFleet({
      ...{ databaseUrl: server.url, schema: 'foreign', machines: 1 },
    });
    await api.waitForRequest('getUpdates');
    const alone = launchBot();
    const first = await Promise.race([bots[0]?.exited, alone.exited]);
    expect(first).toBe(2);
    expect(`${bots[0]?.output()}${alone.output()}`).toContain('let both share one database');
  });
});
