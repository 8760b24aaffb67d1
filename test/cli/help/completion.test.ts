import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../helpers/run-cli.js';

/** What bash would offer for a line, the last word of which is being typed. */
async function complete(...words: string[]): Promise<string[]> {
  const { stdout } = await runCli(['completion', 'bash']);
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `${stdout}\nCOMP_WORDS=(bijia ${list}); COMP_CWORD=${words.length}; _bijia; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: '/' }).trim().split('\n');
}

describe('bijia completion bash', () => {
  it.each([
    [['ge'], ['get']],
    [['jobs', 're'], ['resume']],
    [['get', '--fu'], ['--full']],
    [['jobs', 'resume', '--qu'], ['--quiet']],
    [
      ['batch', '--rows', ''],
      ['product', 'sku'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['get', '--lang', 'z'], ['zh']],
  ])('completes %j', async (words, offered) => {
    const found = await complete(...words);
    for (const one of offered) expect(found).toContain(one);
  });

  it('offers files where nothing else fits', async () => {
    expect(await complete('batch', 'et')).toContain('etc');
  });
});

describe('bijia completion', () => {
  it('is written for zsh and fish too, and refuses other shells', async () => {
    const [zsh, fish, other] = await Promise.all(
      ['zsh', 'fish', 'tcsh'].map((shell) => runCli(['completion', shell])),
    );
    expect(zsh?.stdout).toMatch(/^#compdef bijia\n[\s\S]*bashcompinit/);
    expect(fish?.stdout).toMatch(
      /complete -c bijia -f -n '__fish_use_subcommand' -a get -d 'look up products'/,
    );
    expect(fish?.stdout).toMatch(/-n '__fish_seen_subcommand_from batch' -l rows -x -a 'product sku'/);
    expect([other?.code, other?.stderr]).toEqual([2, expect.stringMatching(/bash, zsh, fish/)]);
  });

  it('quotes what is said of an option as fish reads it', async () => {
    const { stdout } = await runCli(['completion', 'fish']);
    expect(stdout).toContain(String.raw`-l write -d 'merge it into the host\'s own file, keeping a copy`);
    // Between quotes fish knows no other escapes.
    const outside = stdout.replaceAll(/'(?:[^'\\]|\\['\\])*'/g, '');
    expect(outside).not.toMatch(/['\\]/);
  });
});
