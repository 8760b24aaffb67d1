import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { throttled } from '../fake-telegram/index.js';
import { createWorkbook } from '../helpers/batch/workbook.js';
import { FLAGSHIP, jdLink, jdLinks } from '../helpers/telegram/links.js';
import { createProcessStage, type RunningBot, type Stage } from '../helpers/telegram/running-bot.js';

const PRELOAD = new URL('../helpers/report-resources.mjs', import.meta.url).href;
const CHATTER = 7500;
const ANSWERED = 2500;
const CHATS = 100;
const WORKBOOKS = 200;
const REFUSED = 50;
const FREEZES = 20;

interface Resources {
  readonly usedMb: number;
  readonly rssMb: number;
  readonly handles: number;
  readonly timers: number;
  readonly sockets: number;
  readonly children: number;
  readonly listeners: number;
  readonly diskKb: number;
  readonly files: number;
}

/** What the process holds once nothing is under way, and what lies in its state folder. */
async function measure(bot: RunningBot, { api, stateDir, untilIdle }: Stage): Promise<Resources> {
  await untilIdle(2000);
  // How many connections are kept is a matter of how much was under way at once.
  api.closeIdle();
  // Until the bot has heard of it.
  for (let before: Reported | undefined; ; ) {
    const now = await report(bot);
    if (now.handles === before?.handles) return { ...now, ...measureDisk(stateDir) };
    before = now;
    await sleep(1000);
  }
}

async function report({ signal, output }: RunningBot): Promise<Reported> {
  const known = output().length;
  signal('SIGUSR2');
  for (;;) {
    await sleep(100);
    const [, json] = /resources (\{.*\})/.exec(output().slice(known)) ?? [];
    if (json) return JSON.parse(json) as Reported;
  }
}

type Reported = Omit<Resources, 'diskKb' | 'files'>;

function measureDisk(folder: string): Pick<Resources, 'diskKb' | 'files'> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const bytes = files.reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0);
  return { diskKb: Math.round(bytes / 1024), files: files.length };
}

/** Larger than what is read at once, so that its file is open for longer than its first look. */
function createList(first: number): Buffer {
  const rows = Array.from({ length: 300 }, (_, at) => {
    const cell = (column: string, text: string) =>
      `<c r="${column}${at + 1}" t="inlineStr"><is><t>${text}</t></is></c>`;
    // Random enough that compression leaves more than 32 KB.
    const note = Array.from({ length: 12 }, () => Math.random().toString(36).slice(2)).join(' ');
    return `<row r="${at + 1}">${cell('A', jdLink(first + at))}${cell('B', note)}</row>`;
  });
  return createWorkbook(rows.join(''));
}

const foreign = `name,note\n${'someone,nothing that names a product at all\n'.repeat(11_000)}`;

async function chatAway({ api }: Stage, count: number): Promise<void> {
  const chats = Array.from({ length: CHATS }, () => api.chat(api.user()));
  for (let round = 0; round < count / CHATS; round += 1) {
    const [text, answer] = round % 3 === 0 ? [FLAGSHIP, 'iPhone 17'] : ['/help', '/batch'];
    for (const chat of chats) chat.send(text);
    await Promise.all(chats.map((chat) => chat.waitForMessage(answer)));
  }
}

async function chatter({ api }: Stage, count: number): Promise<void> {
  const ann = api.user();
  const group = api.group({ title: '群', members: [ann] }).as(ann);
  for (let message = 0; message < count; message += 1) {
    const { update } = group.send(`大家好 ${message}`);
    if (message % 100 === 99) {
      await group.waitUntil(() => (update && update.deliveredAtMs.length > 0 ? true : undefined));
    }
  }
}

async function sendWorkbooks({ api }: Stage, count: number): Promise<void> {
  const chats = Array.from({ length: 8 }, () => api.chat(api.user()));
  const sendAll = async (at: number) => {
    const chat = chats[at] ?? expect.fail();
    for (let number = at; number < count; number += chats.length) {
      chat.sendDocument(createList(100_000_000 + number * 1000), 'list.xlsx');
      await chat.waitForMessage('300 个商品');
      chat.press('取消');
      await chat.waitForMessage('已取消');
    }
  };
  await Promise.all(chats.map((_, at) => sendAll(at)));
}

async function sendForeign({ api }: Stage, count: number): Promise<void> {
  const chat = api.chat(api.user());
  for (let number = 0; number < count; number += 1) {
    chat.sendDocument(foreign, 'foreign.csv');
    await chat.waitForMessage(({ text, edits }) => edits > 0 && !text.includes('正在读取'));
  }
}

/** Both sides say wait, again and again, while a batch runs. */
async function freeze({ api, sandbox }: Stage, count: number): Promise<void> {
  const chat = api.chat(api.user());
  for (let number = 0; number < count; number += 1) {
    sandbox.setFaults([{ kind: 'throttled', times: 1 }]);
    api.faults.plan('sendDocument', throttled(1));
    chat.sendDocument(jdLinks(3, 150_000_000 + number * 10).join('\n'), 'ids.txt');
    await chat.waitForMessage('3 个商品');
    chat.press('开始');
    await chat.waitForMessage(({ document }) => document !== undefined);
  }
  sandbox.setFaults([]);
}

describe('a bot that is used for weeks', () => {
  it('holds at the end what it held at the beginning', async () => {
    const stage = await createProcessStage({ quota: '1000/1s', api: { seesAllGroupMessages: true } });
    const environment = { NODE_OPTIONS: `--import=${PRELOAD}`, JD_UNION_QUOTA: '1000/1s' };
    const warmUp = async () => {
      await chatAway(stage, CHATS);
      await sendWorkbooks(stage, 8);
      await sendForeign(stage, 1);
      await freeze(stage, 1);
    };
    const work = async (part: number) => {
      // Side by side, since all of them wait for Telegram's pace most of the time.
      await Promise.all([
        chatter(stage, CHATTER * part).then(() => chatAway(stage, ANSWERED * part)),
        sendWorkbooks(stage, WORKBOOKS * part),
        sendForeign(stage, REFUSED * part),
        freeze(stage, FREEZES * part),
      ]);
    };
    let bot = await stage.startBot(environment);
    await warmUp();
    const before = await measure(bot, stage);
    await work(0.5);
    const first = await measure(bot, stage);
    const { code } = await bot.stop('SIGTERM');
    expect(code).toBe(0);
    bot = await stage.startBot(environment);
    await warmUp();
    const again = await measure(bot, stage);
    await work(0.5);
    const after = await measure(bot, stage);
    console.table({ before, first, again, after });
    for (const [start, end] of [
      [before, first],
      [again, after],
    ] as const) {
      expect(end.handles).toBeLessThanOrEqual(start.handles + 3);
      expect(end.timers).toBeLessThanOrEqual(start.timers + 2);
      expect(end.children).toBe(0);
      expect(end.listeners).toBe(start.listeners);
      expect(end.usedMb - start.usedMb).toBeLessThan(20);
    }
    // Jobs stay for a week, some KB each; uploads, drafts and results do not.
    expect(after.diskKb - before.diskKb).toBeLessThan(1500);
    const left = readdirSync(stage.stateDir, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => /uploads.|results.|incoming/.test(name))).toEqual([]);
    expect(stage.api.updates.length).toBeGreaterThanOrEqual(10_000);
    expect(bot.output()).not.toContain('MaxListenersExceededWarning');
    expect(stage.api.violations).toEqual([]);
  }, 1_200_000);
});
