import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FLAGSHIP } from '../helpers/telegram/links.js';
import { createProcessStage, type RunningBot } from '../helpers/telegram/running-bot.js';

const MB = 1024 * 1024;
/** Telegram takes 30 messages a second, so that 10,000 take almost six minutes: `UPDATES=10000` is full scale. */
const UPDATES = Number(process.env['UPDATES'] ?? 5000);
const CHATS = 50;

describe('memory', () => {
  const preload = new URL('../helpers/report-memory.mjs', import.meta.url).href;

  /** What is in use once all garbage is gone; how much more V8 holds at the moment says nothing about leaks. */
  async function measure({
    signal,
    output,
  }: RunningBot): Promise<{ readonly used: number; readonly rss: number }> {
    const known = output().length;
    signal('SIGUSR2');
    for (;;) {
      await sleep(100);
      const [, used, rss] = /memory in use (\d+) of (\d+)/.exec(output().slice(known)) ?? [];
      if (used && rss) return { used: Number(used), rss: Number(rss) };
    }
  }

  it(`after ${UPDATES} updates is within 20 MB of the start`, async () => {
    const { api, startBot } = await createProcessStage();
    const bot = await startBot({ NODE_OPTIONS: `--import=${preload}` });
    const before = await measure(bot);
    const chats = Array.from({ length: CHATS }, () => api.chat(api.user()));
    for (let round = 0; round < UPDATES / CHATS; round += 1) {
      const [text, answer] = round % 4 === 0 ? [FLAGSHIP, 'iPhone 17'] : ['/help', '/batch'];
      for (const chat of chats) chat.send(text);
      await Promise.all(chats.map((chat) => chat.waitForMessage(answer)));
    }
    const after = await measure(bot);
    const grownMb = (after.used - before.used) / MB;
    console.log(
      `in use ${(before.used / MB).toFixed(1)} MB, grown by ${grownMb.toFixed(1)} MB; RSS ${(before.rss / MB).toFixed(0)} → ${(after.rss / MB).toFixed(0)} MB`,
    );
    expect(api.updates).toHaveLength(UPDATES);
    expect(grownMb).toBeLessThan(20);
  });
});
