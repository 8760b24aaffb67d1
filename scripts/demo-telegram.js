// Plays conversations with the built bot on a simulated Telegram, and prints them: `npm run demo:telegram`.
import { resolve } from 'node:path';
import { runBundled } from './run-bundled.js';

const args = [resolve('dist/cli.js')];
const { status } = await runBundled({ entry: 'test/helpers/telegram/demo.ts', args, stdout: 'inherit' });
process.exit(status ?? 1);
