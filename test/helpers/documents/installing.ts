import { IS_PUBLISHED, NPX } from '../../../src/cli/hosts/published.js';
import type { Language } from './words.js';

const GETTING = {
  en: {
    clone:
      'bijia is not on npm yet: clone this repository. It needs Node 20.18.1 or newer, and nothing is compiled.',
    npm: '`npx bijia` runs it from npm; to work on it, clone this repository. It needs Node 20.18.1 or newer.',
  },
  zh: {
    clone: 'bijia 还没有发布到 npm：请先克隆本仓库。需要 Node 20.18.1 或更新版本，安装过程不编译任何东西。',
    npm: '`npx bijia` 直接从 npm 运行；要参与开发，请克隆本仓库。需要 Node 20.18.1 或更新版本。',
  },
};

/** How to get it, for the READMEs. */
export function formatGetting(language: Language, isPublished = IS_PUBLISHED): string {
  return GETTING[language][isPublished ? 'npm' : 'clone'];
}

/** How assistants start it, for their page: by npx and with one click, where npm has it. */
export function formatStarting(isPublished = IS_PUBLISHED): string {
  if (!isPublished) {
    return [
      'The package has not been published, so the blocks below name the built file: put the path of your copy in place of',
      '`/path/to/bijia`, after `npm ci && npm run build` there.',
    ].join('\n');
  }
  const cursor = Buffer.from(JSON.stringify(NPX)).toString('base64');
  const vscode = encodeURIComponent(JSON.stringify({ name: 'bijia', ...NPX }));
  return [
    `[Add to Cursor](https://cursor.com/en/install-mcp?name=bijia&config=${encodeURIComponent(cursor)}) ·`,
    `[Add to VS Code](https://vscode.dev/redirect?url=${encodeURIComponent(`vscode:mcp/install?${vscode}`)})`,
    '',
    `Everywhere else \`"command": "${NPX.command}", "args": ${JSON.stringify(NPX.args)}\` replaces the two lines of the blocks`,
    'below, which name a built copy of the repository.',
  ].join('\n');
}
