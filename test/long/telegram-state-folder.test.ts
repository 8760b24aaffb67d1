import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BotMessage, FakeBotApi } from '../fake-telegram/index.js';
import { SPOILS } from '../helpers/spoil.js';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { createProcessStage, type RunningBot, type Stage } from '../helpers/telegram/running-bot.js';

/** No start takes a second; the machine may be busy. */
const TIME_LIMIT_MS = 60_000;
/** Stack traces, missing values and our own apology. */
const WRONG_WORDS =
  /fault of the program|internal error|TypeError|RangeError|\bat .+\.js:\d+|undefined|NaN|\[object/i;
const hasFile = ({ document }: BotMessage) => document !== undefined;

/** Fills the folder with what a bot keeps: a batch that is finished, one that is not, an alert, a language. */
async function live({ api, startBot }: Stage): Promise<void> {
  const bot = await startBot();
  const chat = api.chat(api.user());
  chat.send('/lang');
  await chat.waitForMessage(({ buttons }) => buttons.length > 0, TIME_LIMIT_MS);
  await chat.press('中文').answered();
  chat.sendDocument(jdLinks(3).join('\n'), 'ids.txt');
  await chat.waitForMessage('3 个商品', TIME_LIMIT_MS);
  chat.press('开始');
  await chat.waitForMessage(hasFile, TIME_LIMIT_MS);
  chat.send(`/watch ${FLAGSHIP} 1`);
  chat.sendDocument(jdLinks(4).join('\n'), 'more.txt');
  await chat.waitForMessage('4 个商品', TIME_LIMIT_MS);
  await bot.stop();
}

/** One of each kind of the bot's own files. */
function listKinds(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.startsWith('telegram') && statSync(join(root, name)).isFile(),
  );
  const toKind = (name: string) => name.replace(/[0-9a-f]{8,}|\d+/g, '#');
  return [...new Map(files.map((name) => [toKind(name), name])).values()].sort();
}

type Ending = 'answers' | 'ended' | 'late';

/** Whether it answers a message, or ends, before anybody would call it stuck. */
async function watchBot(bot: RunningBot, api: FakeBotApi): Promise<Ending> {
  const chat = api.chat(api.user());
  chat.send('/help');
  return Promise.race([
    bot.exited.then((): Ending => 'ended'),
    chat.waitForMessage('/batch', TIME_LIMIT_MS).then(
      (): Ending => 'answers',
      (): Ending => (bot.hasEnded() ? 'ended' : 'late'),
    ),
  ]);
}

async function findFaults({ launchBot, api }: Stage): Promise<string[]> {
  const bot = launchBot();
  const ending = await watchBot(bot, api);
  const { code, tookMs } =
    ending === 'ended' ? { code: await bot.exited, tookMs: 0 } : await bot.stop('SIGTERM');
  return [
    ...(ending === 'late' ? [`does not answer: ${bot.output().slice(0, 400)}`] : []),
    ...(ending === 'ended' && (code === null || code > 4) ? [`ends with ${code}`] : []),
    ...(ending === 'ended' && bot.output().trim() === '' ? ['ends and says nothing'] : []),
    ...(tookMs > TIME_LIMIT_MS ? [`takes ${tookMs} ms to end`] : []),
    ...(WRONG_WORDS.test(bot.output()) ? [`says: ${bot.output().slice(0, 600)}`] : []),
  ];
}

describe('a state folder of the bot with one file', () => {
  it.each(Object.keys(SPOILS))(
    '%s is used, or named in a sentence: the bot answers or ends, and never hangs',
    { timeout: 1_800_000 },
    async (what) => {
      const stage = await createProcessStage();
      const whole = mkdtempSync(join(tmpdir(), 'bijia-whole-'));
      onTestFinished(() => rmSync(whole, { recursive: true, force: true }));
      await live(stage);
      cpSync(stage.stateDir, whole, { recursive: true });
      const kinds = listKinds(whole);
      expect(kinds.length).toBeGreaterThan(2);
      const faults: string[] = [];
      for (const [at, kind] of kinds.entries()) {
        rmSync(stage.stateDir, { recursive: true, force: true });
        cpSync(whole, stage.stateDir, { recursive: true });
        SPOILS[what]?.(join(stage.stateDir, kind), join(whole, kinds[(at + 1) % kinds.length] ?? ''));
        for (const fault of await findFaults(stage)) faults.push(`${kind}: ${fault}`);
      }
      expect(faults).toEqual([]);
    },
  );
});
