/** Plays conversations between people and the real bot, on a simulated Telegram and simulated marketplaces. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providers } from '../../../src/core/providers/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import {
  type BotMessage,
  type ChatDriver,
  COLOURED,
  createFakeBotApi,
  type FakeBotApi,
  MARKED,
} from '../../fake-telegram/index.js';
import { FLAGSHIP, FLAGSHIP_ID, jdLinks, MILK_POWDER, SHOP } from './links.js';

const TOKEN = '7000000001:AAdemoDemoDemoDemoDemoDemoDemoDemo';
const style = process.stdout.isTTY ? COLOURED : MARKED;
const hasFile = ({ document }: BotMessage) => document !== undefined;

interface Scene {
  readonly title: string;
  readonly play: (api: FakeBotApi, watcher: ChatDriver) => Promise<ChatDriver>;
}

/** Prices fall by this part while the scenes are played; the bot looks once a minute. */
const FALL = 0.85;
const LOOK_WITHIN_MS = 90_000;

const SCENES: readonly Scene[] = [
  {
    title: '一个链接，一张卡片，所有规格 · A link, a card, all variants',
    play: async (api) => {
      const chat = api.chat(api.user({ first_name: '小王' }));
      chat.send('/start');
      await chat.waitForMessage('/batch');
      chat.send(`这个划算吗 ${FLAGSHIP}`);
      await chat.waitForMessage('iPhone 17');
      chat.send(MILK_POWDER);
      await chat.waitForMessage('拼单价');
      chat.press('规格 4');
      await chat.waitForMessage('⬇️');
      return chat;
    },
  },
  {
    title: '编号属于谁，短链接，不认识的平台 · Bare ids, short links, unknown shops',
    play: async (api) => {
      const chat = api.chat(api.user({ first_name: '小李' }));
      chat.send(FLAGSHIP_ID);
      await chat.waitForMessage('哪个平台');
      chat.press('京东');
      await chat.waitForMessage('iPhone 17');
      chat.send('https://v.douyin.com/92ATSTRwUEY/');
      await chat.waitForMessage('暂不支持');
      return chat;
    },
  },
  {
    title: 'In English, in a group, called by name',
    play: async (api) => {
      const ann = api.user({ first_name: 'Ann', language_code: 'en' });
      const bob = api.user({ first_name: 'Bob', language_code: 'en' });
      const group = api.group({ title: 'Deals', members: [ann, bob] });
      const link = group.as(bob).send(FLAGSHIP);
      group.as(ann).reply(link, `@${api.bot.username}`);
      await group.as(ann).waitForMessage('after coupon');
      await group.as(bob).press('Refresh').answered();
      return group.as(ann);
    },
  },
  {
    title: '一个文件，一张表格 · A file, a table',
    play: async (api) => {
      const chat = api.chat(api.user({ first_name: '采购' }));
      const lines = [...jdLinks(180), ...jdLinks(12), MILK_POWDER, '没有编号的一行'];
      chat.sendDocument(lines.join('\n'), '选品.txt');
      await chat.waitForMessage('识别到');
      chat.press('xlsx');
      await chat.waitForMessage(({ buttons }) => buttons[0]?.[1]?.text === '✅ xlsx');
      chat.press('开始');
      await chat.waitForMessage(/⏳ #\w+ · [1-9]/);
      process.stdout.write(`${chat.transcript(style)}\n\n… \n\n`);
      await chat.waitForMessage(hasFile, 60_000);
      await chat.waitUntil(() =>
        chat.messages().find(({ text, document }) => !document && text.startsWith('✅')),
      );
      chat.send('/jobs');
      await chat.waitForMessage('最近 7 天');
      return chat;
    },
  },
  {
    title: '整个店铺 · A whole shop',
    play: async (api) => {
      const chat = api.chat(api.user({ first_name: '店铺控' }));
      chat.send(`/shop ${SHOP}`);
      await chat.waitForMessage('第 1/25 页');
      chat.send('/status');
      await chat.waitForMessage('今天用了');
      return chat;
    },
  },
  {
    title: '好价了 · The price has fallen',
    play: async (_, watcher) => {
      await watcher.waitForMessage('📉', LOOK_WITHIN_MS);
      watcher.press('走势');
      await watcher.waitForMessage('数据还少');
      return watcher;
    },
  },
];

/** Sets an alert, and lets prices fall: the last scene tells of it. */
async function beginWatch(api: FakeBotApi, sandbox: Sandbox): Promise<ChatDriver> {
  const chat = api.chat(api.user({ first_name: '等等党' }));
  chat.send(`/watch ${FLAGSHIP} 5000`);
  await chat.waitForMessage('已设降价提醒');
  sandbox.setPrices({ everyMs: 3_600_000, factors: [FALL] });
  return chat;
}

async function main(cli: string): Promise<void> {
  const api = createFakeBotApi({ token: TOKEN, firstName: '比价机器人', username: 'bijia_bot' });
  await api.start();
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  // The quota of a minute in six seconds: a batch of 180 then shows its progress, and ends before you leave.
  const sandbox = await startSandbox({ upstreams, environment: { JD_UNION_QUOTA: '100/6s' } });
  const stateDir = await mkdtemp(join(tmpdir(), 'bijia-demo-'));
  const bot = spawn(process.execPath, [cli, 'telegram'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      ...sandbox.environment,
      BIJIA_STATE_DIR: stateDir,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: api.origin,
      TELEGRAM_ALLOWED_USERS: '*',
      BIJIA_WATCH_EVERY: '20s',
    },
  });
  const ended = new Promise<void>((resolve) => bot.once('close', () => resolve()));
  try {
    await api.waitForRequest('getUpdates');
    const watcher = await beginWatch(api, sandbox);
    for (const { title, play } of SCENES) {
      process.stdout.write(`\n━━━ ${title} ━━━\n\n`);
      process.stdout.write(`${(await play(api, watcher)).transcript(style)}\n`);
    }
  } finally {
    bot.kill('SIGTERM');
    await ended;
    await Promise.all([api.close(), sandbox.close()]);
    await rm(stateDir, { recursive: true, force: true });
  }
}

await main(process.argv[2] ?? 'dist/cli.js');
