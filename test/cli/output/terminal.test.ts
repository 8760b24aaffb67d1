import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { createTerminal, cutColumns, formatTable, padColumns } from '../../../src/cli/output/terminal.js';

function open(isStdoutTty: boolean, isStderrTty: boolean, noColor = false, columns = 20) {
  const written: string[] = [];
  const createStream = (name: string, isTTY: boolean) =>
    ({
      isTTY,
      columns,
      write: (text: string) => written.push(`${name} ${text}`),
    }) as unknown as NodeJS.WriteStream;
  const terminal = createTerminal({
    stdout: createStream('out', isStdoutTty),
    stderr: createStream('err', isStderrTty),
    noColor,
  });
  return { terminal, written };
}

describe('createTerminal', () => {
  it('prints data on stdout and tells the rest on stderr', () => {
    const { terminal, written } = open(false, false);
    terminal.print('data');
    terminal.tell('notice');
    expect(written).toEqual(['out data\n', 'err notice\n']);
  });

  it.each([
    [true, false],
    [true, true],
    [false, false],
  ])('lets no name move, hide or turn what stands beside it: TTY %s, NO_COLOR %s', (isTty, noColor) => {
    const { terminal, written } = open(isTty, isTty, noColor);
    const hostile = 'a\u202Eb\u200Bc\u001B[2Jd\u001B]0;t\u0007e\rf\u{E0041}👩\u200D🚀';
    terminal.print(hostile);
    terminal.tell(hostile);
    terminal.redraw(hostile);
    for (const text of written) {
      const own = text.replace('\r\u001B[K', '').slice(4);
      expect(own).not.toMatch(/[\u202E\u200B\u001B\u0007\r\u{E0041}]/u);
      expect(own).toContain('👩\u200D🚀'.slice(0, 2));
    }
  });

  it('escapes in JSON what is not seen, and keeps the value', () => {
    const { terminal, written } = open(true, false);
    const value = { name: 'a\u202Eb\u2028\u{E0041}', list: ['x\ny'] };
    terminal.printJson(value);
    expect(written.join('')).not.toMatch(/[\u202E\u2028\u{E0041}]/u);
    expect(JSON.parse(written.join('').slice(4))).toEqual(value);
  });

  it.each([
    [true, true, false, true, true],
    [true, false, false, true, false],
    [false, true, false, false, true],
    [false, false, false, false, false],
    [true, true, true, false, false],
  ])(
    'colours each stream by itself: stdout TTY %s, stderr TTY %s, NO_COLOR %s',
    (out, err, noColor, data, notice) => {
      const { terminal } = open(out, err, noColor);
      expect(terminal.style('red', 'x') !== 'x').toBe(data);
      expect(terminal.styleNotice('red', 'x') !== 'x').toBe(notice);
    },
  );

  it('redraws a notice within the width of the screen', () => {
    const { terminal, written } = open(false, true);
    terminal.redraw('很长很长很长很长很长很长的一行');
    expect(written).toEqual(['err \r\u001B[K很长很长很长很长很…']);
  });

  it('puts what is told and logged in place of a line that is redrawn', () => {
    const { terminal, written } = open(false, true);
    terminal.redraw('1/2');
    terminal.log('{"level":"warn"}');
    terminal.redraw('2/2');
    terminal.endLine();
    terminal.endLine();
    terminal.tell('Finished');
    expect(written.map((text) => text.slice('err '.length)).join('')).toBe(
      '\r\u001B[K1/2\r\u001B[K{"level":"warn"}\n\r\u001B[K2/2\nFinished\n',
    );
  });

  it('takes a screen that says no width for one of the usual width', () => {
    expect(open(true, true, false, 0).terminal.columns).toBe(100);
  });
});

describe('columns', () => {
  it('count a Chinese character as two', () => {
    expect(padColumns('手机', 6)).toBe('手机  ');
    expect(cutColumns('手机壳', 5)).toBe('手机…');
    expect(cutColumns('手机壳', 6)).toBe('手机壳');
  });

  it('keep together what is seen as one character', () => {
    expect(cutColumns('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 5)).toBe('👨‍👩‍👧👨‍👩‍👧…');
  });

  it('are never exceeded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(stringWidth(cutColumns(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('align in a table, without spaces at the end of a row', () => {
    expect(formatTable([['1', '手机', '¥1'], ['22', 'x', ''], ['3']])).toBe('1   手机  ¥1\n22  x\n3');
  });
});
