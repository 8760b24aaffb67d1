import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { CliContext } from '../../../src/cli/context.js';
import { getCommandPath, listCommands } from '../../../src/cli/help/help.js';
import { createProgram } from '../../../src/cli/program.js';
import { TEXTS } from '../../../src/cli/words/index.js';
import { createClock, type Language, WORDS } from '../../../src/core/index.js';

const HAN = /\p{Script=Han}/u;

async function declare(language: Language, only?: string) {
  const told: string[] = [];
  const write = (text: string) => void told.push(text);
  const context: CliContext = {
    language,
    words: WORDS[language],
    texts: TEXTS[language],
    terminal: { print: write, tell: write } as unknown as CliContext['terminal'],
    writeLog: () => undefined,
    environment: {},
    settingFaults: [],
    cwd: '/',
    clock: createClock(),
    openStdin: () => new PassThrough(),
    signal: new AbortController().signal,
    executable: '',
    version: '0',
    homepage: 'https://example.com/bijia',
    exit: () => undefined,
  };
  return { program: await createProgram(context, only), told };
}

const english = listCommands((await declare('en')).program).map((command) => ({
  path: getCommandPath(command),
  command,
}));

describe('the help of a command', () => {
  it.each(english)('is complete in Chinese: bijia $path', async ({ path }) => {
    const command = listCommands((await declare('zh')).program).find((one) => getCommandPath(one) === path);
    const words = [
      command?.description(),
      ...(command?.registeredArguments ?? []).map(({ description }) => description),
      ...(command?.options ?? []).map(({ description }) => description),
    ];
    expect(words.filter((text) => !HAN.test(text ?? ''))).toEqual([]);
  });

  it.each(english)(
    'shows two examples, the exit codes and where to read more: bijia $path',
    ({ command }) => {
      const texts: string[] = [];
      command.configureOutput({ writeOut: (text) => texts.push(text) }).outputHelp();
      const help = texts.join('');
      const [, after = ''] = help.split('Examples:\n');
      expect(after.match(/^ {2}.*bijia.*$/gm)).toHaveLength(2);
      expect(after).toMatch(/ {2}130 interrupted/);
      expect(after).toMatch(/https:\/\/example\.com\/bijia\/blob\/main\/docs\/commands\.md/);
      // What people search for may be Chinese.
      expect(help.replace(/^ {2}bijia .*$/gm, '')).not.toMatch(HAN);
    },
  );

  it.each(english.filter(({ path }) => path !== ''))(
    'has only options that are there in its examples: bijia $path',
    async ({ path }) => {
      for (const { program } of [await declare('en'), await declare('zh')]) {
        const known = listCommands(program).find((one) => getCommandPath(one) === path);
        const texts: string[] = [];
        known?.configureOutput({ writeOut: (text) => texts.push(text) }).outputHelp();
        const [, examples = ''] = texts.join('').split(/Examples:\n|例子：\n/);
        const used = examples.split('\n\n')[0]?.match(/--[a-z-]+/g) ?? [];
        for (const flag of used) expect(known?.options.map(({ long }) => long)).toContain(flag);
      }
    },
  );
});

it('a command declares itself as it does among all others, and alone', async () => {
  const { program } = await declare('en', 'get');
  expect(listCommands(program).map(getCommandPath)).toEqual(['', 'get']);
  const among = english.find(({ path }) => path === 'get')?.command.helpInformation();
  expect(program.commands[0]?.helpInformation()).toBe(among);
});

describe('a mistake in a command', () => {
  it.each([
    [['gte'], "错误：没有命令 'gte'\n（是不是 get？）"],
    [['get'], "错误：缺少参数 'text'"],
    [['jobs', 'export', 'x'], "错误：缺少选项 '--out <file>'"],
    [['get', '1', '--platfrom', 'x'], "错误：没有选项 '--platfrom'\n（是不是 --platform？）"],
    [['get', '1', '--platform', 'jdd'], "错误：选项 '--platform <name>' 的值 'jdd' 不能用。可以是："],
    [['shop', '1', '--limit', '0'], "错误：选项 '--limit <n>' 的值 '0' 不能用。需要不小于 1 的数。"],
    [['shop', '1', '--limit'], "错误：选项 '--limit <n>' 缺少值"],
    [['shop', '1', '--all', '--limit', '5'], '不能和'],
    [['sandbox', '--port', '99999'], '需要 0 到 65535 之间的数。'],
    [['sandbox', '--quota', '100'], '需要 <次数>/<时长>，如 100/60s。'],
    [['batch', '-', '--max-calls', '1.5'], '需要整数，如 1000。'],
    [['batch', '-', '--rows', 'x'], '可以是：product、sku。'],
    [['batch', '-', '--out', 'p.pdf'], 'p.pdf 要以 .jsonl、.csv 或 .xlsx 结尾。'],
    [['get', '1', '--source', 'x'], '、taobao-tbk、'],
    [['search', 'x', '--sort', 'x'], '可以是：price、sales、commission。'],
    [
      ['search', 'x', '--max-price', 'x'],
      '需要大于 0、不超过 1000 万的金额（元），如 5000、¥4,999 或 0.5万。',
    ],
    [['watch', '1', '--below', 'x'], '需要大于 0、不超过 1000 万的金额（元），如 5000、¥4,999 或 0.5万。'],
    [['watch', '1', '--drop', 'x'], '需要比例，如 5% 或 0.05。'],
    [['watch', '1', '--to', 'x'], '可以是：stdout、webhook:NAME、telegram:CHAT、telegram:CHAT/TOPIC。'],
    [['history', '1', '--chart', 'x.txt'], '要以 .svg 或 .png 结尾。'],
    [['history', 'export', '--out', 'x.txt'], '要以 .jsonl 或 .csv 结尾。'],
    [['sandbox', '--prices', 'x'], '需要时长和倍数，如 1m:1,0.85,1.1。'],
    [['completion', 'x'], "错误：参数 'shell' 的值 'x' 不能用。可以是：bash、zsh、fish。"],
  ])('is said in Chinese: %s', async (args, expected) => {
    const { program, told } = await declare('zh');
    await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow();
    expect(told.join('\n')).toContain(expected);
    expect(told.join('\n')).not.toMatch(/error|expects|must|such|invalid| or |, [a-z]/);
  });
});
