import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toStart } from '../../src/cli/commands/setup.js';
import { mergeBlock } from '../../src/cli/hosts/host-file.js';
import { getPlaces, HOSTS } from '../../src/cli/hosts/hosts.js';
import { CLI, runCli } from '../helpers/run-cli.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bijia-setup-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (...args: string[]) => runCli(args, { cwd: home, environment: { HOME: home } });
const findFile = (id: string) =>
  HOSTS.find((one) => one.id === id)?.file?.(getPlaces(process.platform, home, {})) ?? '';
function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('bijia setup', () => {
  it('lists the hosts of this machine', async () => {
    put(findFile('cursor'), '{}');
    const { code, stdout } = await run('setup');
    expect([code, stdout.trim().split('\n')]).toEqual([
      0,
      [expect.stringMatching(/^cursor +Cursor +.*mcp\.json$/)],
    ]);
  });

  it.each(HOSTS.filter(({ form }) => form !== 'toml'))(
    'prints the block of $name, without any secret',
    async ({ id, form }) => {
      put(join(home, '.env'), 'JD_UNION_APP_KEY=key-of-mine\nJD_UNION_APP_SECRET=secret-of-mine\n');
      const { code, stdout, stderr } = await run('setup', id);
      expect(code).toBe(0);
      const { command, args } = JSON.parse(stdout)[form].bijia;
      expect([command, args]).toEqual([process.execPath, [CLI, 'mcp', '--env-file', join(home, '.env')]]);
      expect(stdout + stderr).not.toMatch(/of-mine/);
    },
  );

  it('adds itself to the file of a host, keeps the others and a copy', async () => {
    const before = '{"theme":"dark","mcpServers":{"other":{"command":"x","env":{"A":"1"}}}}';
    const path = put(findFile('claude-desktop'), before);
    for (let times = 0; times < 2; times += 1)
      expect((await run('setup', 'claude-desktop', '--write')).code).toBe(0);
    const after = JSON.parse(readFileSync(path, 'utf8'));
    expect(after).toMatchObject(JSON.parse(before));
    expect(after.mcpServers.bijia.args[0]).toBe(CLI);
    const copies = readdirSync(dirname(path)).filter((name) => name.endsWith('.bak'));
    expect(copies.map((name) => readFileSync(join(dirname(path), name), 'utf8'))).toContain(before);
  });

  it('keeps what was added to its own entry, and changes nothing that is right already', async () => {
    const own = { command: 'old', args: [], env: { BIJIA_SANDBOX: '1' }, autoApprove: ['get_product'] };
    const path = put(findFile('cursor'), JSON.stringify({ mcpServers: { bijia: own } }));
    await run('setup', 'cursor', '--write');
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text).mcpServers.bijia).toEqual({
      ...own,
      command: process.execPath,
      args: [CLI, 'mcp'],
    });
    expect((await run('setup', 'cursor', '--write')).stderr).toMatch(/nothing was changed/);
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.bak'))).toHaveLength(1);
  });

  it.each([
    ['cursor', 'url'],
    ['gemini-cli', 'httpUrl'],
    ['windsurf', 'serverUrl'],
  ])('replaces an entry for a server by HTTP: %s', async (id, name) => {
    const own = { [name]: 'https://bijia.example.com/mcp', headers: { Authorization: 'Bearer x' } };
    const path = put(findFile(id), JSON.stringify({ mcpServers: { bijia: own } }));
    await run('setup', id, '--write');
    const { bijia } = JSON.parse(readFileSync(path, 'utf8')).mcpServers;
    expect(bijia).toEqual({ command: process.execPath, args: [CLI, 'mcp'] });
  });

  it('names the package where npx runs it, once it is published', () => {
    const cached = '/home/ann/.npm/_npx/5c1f/node_modules/bijia/dist/cli.js';
    expect(toStart(cached, true)).toEqual({ command: 'npx', args: ['-y', 'bijia', 'mcp'] });
    expect(toStart(cached, false).args).toEqual([cached, 'mcp']);
    expect(toStart('/opt/bijia/dist/cli.js', true).args).toEqual(['/opt/bijia/dist/cli.js', 'mcp']);
  });

  it('makes the file where there is none', async () => {
    expect((await run('setup', 'vscode', '--write')).code).toBe(0);
    expect(JSON.parse(readFileSync(findFile('vscode'), 'utf8')).servers.bijia.type).toBe('stdio');
  });

  it('adds itself to a TOML file once, and keeps the rest', async () => {
    const before = '# mine\nmodel = "o"\n\n[mcp_servers.other]\ncommand = "x"\n';
    const path = put(findFile('codex'), before);
    await run('setup', 'codex', '--write');
    await run('setup', 'codex', '--write');
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith(before)).toBe(true);
    expect(parseToml(text)).toMatchObject({
      model: 'o',
      mcp_servers: { other: { command: 'x' }, bijia: { command: process.execPath } },
    });
  });

  it('keeps in TOML, too, what was added to its own entry', async () => {
    const own = '[mcp_servers.bijia]\ncommand = "old"\nargs = [\n  "cli.js",\n]\nstartup_timeout_sec = 30\n';
    const rest =
      '[mcp_servers.bijia.env]\nBIJIA_LANG = "zh"\n\n# the other one\n[mcp_servers.other]\ncommand = "x"\n';
    const path = put(findFile('codex'), `${own}${rest}`);
    await run('setup', 'codex', '--write');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(rest);
    const { bijia } = parseToml(text)['mcp_servers'] as { readonly bijia: unknown };
    const start = { command: process.execPath, args: [CLI, 'mcp'] };
    expect(bijia).toEqual({ ...start, startup_timeout_sec: 30, env: { BIJIA_LANG: 'zh' } });
    expect((await run('setup', 'codex', '--write')).stderr).toMatch(/nothing was changed/);
  });

  it('leaves a TOML file alone that has its entry before others', async () => {
    const path = put(findFile('codex'), '');
    await run('setup', 'codex', '--write');
    const text = `${readFileSync(path, 'utf8')}\n[mcp_servers.other]\ncommand = "x"\n`;
    put(path, text);
    expect((await run('setup', 'codex', '--write')).stderr).toMatch(/nothing was changed/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('replaces in TOML, too, an entry for a server by HTTP', async () => {
    const own = '[mcp_servers.bijia]\nurl = "https://bijia.example.com/mcp"\nbearer_token_env_var = "X"\n';
    const path = put(findFile('codex'), own);
    await run('setup', 'codex', '--write');
    const start = { command: process.execPath, args: [CLI, 'mcp'] };
    expect(parseToml(readFileSync(path, 'utf8'))).toEqual({ mcp_servers: { bijia: start } });
  });

  it.each(['{"mcpServers": {', '// mine\n{}', '[]', '{"mcpServers": []}', 'null'])(
    'leaves a file as it is that is not plain JSON: %s',
    async (text) => {
      const path = put(findFile('cursor'), text);
      const { code, stdout, stderr } = await run('setup', 'cursor', '--write');
      expect([code, readFileSync(path, 'utf8')]).toEqual([2, text]);
      expect(stderr).toMatch(/left as it is/);
      expect(JSON.parse(stdout).mcpServers.bijia).toBeDefined();
      expect(readdirSync(dirname(path))).toEqual(['mcp.json']);
    },
  );

  it('names the nearest host, in the language of the reader', async () => {
    expect((await run('setup', 'claude-deskop')).stderr).toMatch(/Did you mean claude-desktop\?/);
    expect((await run('setup', 'curser', '--lang', 'zh')).stderr).toMatch(/^没有“curser”。是不是 cursor？/);
  });
});

describe('mergeBlock', () => {
  const [json] = HOSTS.filter(({ form }) => form === 'mcpServers');
  it('reads a file with a byte order mark, and an empty one', () => {
    for (const text of ['\uFEFF{"a":1}', '', ' \n', undefined]) {
      const merged = json && mergeBlock(text, json, { command: 'c', args: [] });
      expect(JSON.parse(merged ?? '').mcpServers.bijia.command).toBe('c');
    }
  });
});
