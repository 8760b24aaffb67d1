/** Prints, as JSON, a message to the real bot on a simulated Telegram and the card that answers it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeBotApi } from '../../fake-telegram/index.js';
import { FLAGSHIP } from './links.js';

const TOKEN = '7000000001:AAcardCardCardCardCardCardCardCardCa';

async function main(cli: string): Promise<void> {
  const api = createFakeBotApi({ token: TOKEN });
  await api.start();
  const stateDir = await mkdtemp(join(tmpdir(), 'bijia-card-'));
  const bot = spawn(process.execPath, [cli, 'telegram'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      BIJIA_SANDBOX: '1',
      BIJIA_STATE_DIR: stateDir,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: api.origin,
      TELEGRAM_ALLOWED_USERS: '*',
    },
  });
  const ended = new Promise<void>((resolve) => bot.once('close', () => resolve()));
  try {
    await api.waitForRequest('getUpdates');
    const chat = api.chat(api.user());
    const asked = `这个划算吗 ${FLAGSHIP}`;
    chat.send(asked);
    const { text, entities, buttons } = await chat.waitForMessage('iPhone 17');
    process.stdout.write(JSON.stringify({ asked, text, entities, buttons }));
  } finally {
    bot.kill('SIGTERM');
    await ended;
    await api.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

await main(process.argv[2] ?? 'dist/cli.js');
