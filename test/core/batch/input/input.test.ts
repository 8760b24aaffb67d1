import { writeFileSync } from 'node:fs';
import { mkdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openInput } from '../../../../src/core/batch/input/input.js';
import { collectLines, createFolder, NO_XLSX, RULES, readString } from '../../../helpers/batch/reading.js';

const readFile = async (path: string) =>
  collectLines(await openInput({ path }, { rules: RULES, xlsx: NO_XLSX }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(createFolder(), name);
  writeFileSync(path, content);
  return path;
}

const texts = async (lines: Promise<readonly { readonly text: string }[]>) =>
  (await lines).map(({ text }) => text);

describe('openInput', () => {
  it('gives one line per text, with its number, without blank ones', async () => {
    expect(await readString('  100012043978\r\n\r\n看看这个 https://3.cn/a,b\n')).toEqual([
      { line: 1, text: '  100012043978' },
      { line: 3, text: '看看这个 https://3.cn/a,b' },
    ]);
  });

  it('counts the line in which Excel says how a table is separated', async () => {
    const lines = await readString('sep=,\r\nsku,name\r\n1000001,a\r\n,b\r\n');
    expect(lines.map(({ line, text }) => [line, text])).toEqual([
      [3, '1000001'],
      [4, ''],
    ]);
  });

  it('takes texts that are given', async () => {
    const lines = await openInput({ items: ['1 ', '2'] }, { rules: RULES, xlsx: NO_XLSX });
    expect(await collectLines(lines)).toEqual([
      { line: 1, text: '1 ' },
      { line: 2, text: '2' },
    ]);
  });

  it.each([
    ['list.csv', 'sku,price\n1000001,9.9\n', ['1000001']],
    ['list.tsv', 'title\tsku\n“a”\t1000001\n', ['1000001']],
    ['list.csv', 'title;sku\nb;1000001\n', ['1000001']],
    ['list.csv', 'sep=^\r\na,b^sku\r\nx,y^1000001\r\n', ['1000001']],
    ['list', '"sep=;"\nname,code;sku\nb,c;1000001\n', ['1000001']],
    ['list.txt', 'title\tsku\nunicode text of Excel\t1000001\n', ['1000001']],
    ['list', 'sku,title\n1000001,"a, b"\n', ['1000001']],
    [
      'list.jsonl',
      '{"sku":100012043978123456789}\n"https://a.test/1"\n',
      ['100012043978123456789', 'https://a.test/1'],
    ],
    ['list', '{"sku":"1000001"}\n', ['1000001']],
    ['list.txt', '1000001, a share text with a comma\n', ['1000001, a share text with a comma']],
  ])('reads %s by its name and content: %j', async (name, content, expected) => {
    expect(await texts(readFile(write(name, content)))).toEqual(expected);
  });

  it.each([
    ['an empty file', () => write('a.txt', ''), /is empty/],
    ['a missing file', () => '/nowhere/a.txt', 'The file /nowhere/a.txt does not exist.'],
    ['a folder', () => createFolder(), /is a folder/],
  ])('refuses %s', async (_, create, message) => {
    await expect(readFile(create())).rejects.toThrow(message);
  });

  it('refuses a file of 3 GB at once', async () => {
    const path = write('a.txt', '1');
    await truncate(path, 3 * 2 ** 30);
    await expect(readFile(path)).rejects.toThrow('larger than 1024 MB; split it');
  });

  it('refuses a stream that lasts for too long', async () => {
    await expect(readString('1000001\n'.repeat(1000), { maxBytes: 4096 })).rejects.toThrow(/larger than/);
  });

  it('asks for the file when a workbook comes through a pipe', async () => {
    await expect(readString('PK\u0003\u0004')).rejects.toThrow('give the file itself');
  });

  it('reads a file in a folder whose name holds a dot', async () => {
    const folder = join(createFolder(), 'a.csv');
    await mkdir(folder);
    writeFileSync(join(folder, 'list'), '1000001\n');
    expect(await texts(readFile(join(folder, 'list')))).toEqual(['1000001']);
  });
});
