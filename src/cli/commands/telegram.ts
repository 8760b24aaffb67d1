import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Core, parseSettings } from '../../core/index.js';
import { type CliContext, EXIT } from '../context.js';
import { runWithCore } from '../run-with-core.js';

export function registerTelegram(program: Command, context: CliContext): void {
  program
    .command('telegram')
    .description('run the Telegram bot until it is interrupted; TELEGRAM_BOT_TOKEN says which')
    .action(async () => {
      const { checkTelegramValues, TELEGRAM_SETTINGS } = await import('../../telegram/settings.js');
      const readFile = (path: string) => readFileSync(path, 'utf8');
      const { values, secrets } = parseSettings(TELEGRAM_SETTINGS, context.environment, readFile);
      checkTelegramValues(values);
      const run = async (core: Core) => {
        const { runTelegram } = await import('../../telegram/run-telegram.js');
        const { signal, terminal, texts } = context;
        await runTelegram({ core, values, secrets, signal, tell: terminal.tell, says: texts.telegram });
        return EXIT.ok;
      };
      await runWithCore(context, run, { works: true });
    });
}
