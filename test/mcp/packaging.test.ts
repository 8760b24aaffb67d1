import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { GENERAL_SETTINGS, providers, type Setting } from '../../src/core/index.js';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { createServerInfo } from '../../src/mcp/protocol/server-info.js';
import { createTools } from '../../src/mcp/tools/index.js';

const ROOT = join(import.meta.dirname, '../..');
const readText = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readJson = (path: string) => JSON.parse(readText(path)) as Record<string, unknown>;

const packageJson = readJson('package.json');
/** What a person has to have: credentials, and tokens. */
const CREDENTIALS = providers
  .flatMap(({ settings }) => Object.values(settings))
  .filter(({ credential, secret }) => credential || secret);
const WANTED = [...CREDENTIALS, GENERAL_SETTINGS.sandbox].map(({ env, secret }: Setting<unknown>) => ({
  env,
  secret: secret === true,
}));

interface UserField {
  readonly sensitive?: boolean;
  readonly required: boolean;
  readonly default: string;
}

describe('the .mcpb manifest', () => {
  const manifest = readJson('manifest.json') as {
    version: string;
    server: { entry_point: string; mcp_config: { args: string[]; env: Record<string, string> } };
    tools: { name: string }[];
    user_config: Record<string, UserField>;
    compatibility: { runtimes: { node: string } };
  };

  it('is of this version and starts the built command', () => {
    expect(manifest.version).toBe(packageJson['version']);
    expect(manifest.compatibility.runtimes.node).toBe((packageJson['engines'] as { node: string }).node);
    expect(manifest.server.mcp_config.args).toEqual([`\${__dirname}/${manifest.server.entry_point}`, 'mcp']);
    expect(existsSync(join(ROOT, manifest.server.entry_point))).toBe(true);
  });

  it('names the tools', () => {
    expect(manifest.tools.map(({ name }) => name)).toEqual(
      createTools(createCatalogue()).map(({ name }) => name),
    );
  });

  it('asks for every credential of every provider, masks the secret ones, and needs none', () => {
    const names = WANTED.map(({ env }) => env.toLowerCase());
    expect(Object.keys(manifest.user_config).sort()).toEqual(names.toSorted());
    for (const { env, secret } of WANTED) {
      const field = manifest.user_config[env.toLowerCase()];
      expect(field, env).toMatchObject({ required: false, default: expect.any(String) });
      expect(field?.sensitive ?? false, env).toBe(secret);
      expect(manifest.server.mcp_config.env[env]).toBe(`\${user_config.${env.toLowerCase()}}`);
    }
  });

  it('says everything in Chinese, too', () => {
    const chinese = readJson('mcpb-resources/zh-CN.json') as typeof manifest;
    expect(Object.keys(chinese.user_config).sort()).toEqual(Object.keys(manifest.user_config).sort());
    expect(chinese.tools.map(({ name }) => name)).toEqual(manifest.tools.map(({ name }) => name));
  });
});

describe('server.json', () => {
  const server = readJson('server.json') as {
    name: string;
    description: string;
    version: string;
    packages: [
      {
        identifier: string;
        version: string;
        transport: { type: string };
        environmentVariables: { name: string; isSecret: boolean }[];
      },
    ];
  };

  it('is of this package and version', () => {
    const [{ identifier, version, transport }] = server.packages;
    expect([identifier, version, server.version]).toEqual([
      packageJson['name'],
      packageJson['version'],
      packageJson['version'],
    ]);
    expect(server.name).toBe(packageJson['mcpName']);
    expect(transport).toEqual({ type: 'stdio' });
    expect(server.description.length).toBeLessThanOrEqual(100);
  });

  it('names every credential, and which are secret', () => {
    const named = server.packages[0].environmentVariables.map(({ name, isSecret }) => [name, isSecret]);
    expect(named.toSorted()).toEqual(WANTED.map(({ env, secret }) => [env, secret]).toSorted());
  });
});

interface ServerBlock {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The one switch: until the package is in the registry, nothing may tell people to run it from there. */
const IS_PUBLISHED = false;
const FROM_REGISTRY = { command: 'npx', args: ['-y', packageJson['name'], 'mcp'] };
const FROM_FOLDER = { command: 'node', args: ['/path/to/bijia/dist/cli.js', 'mcp'] };

describe('the configuration of each assistant', () => {
  const text = readText('docs/mcp-clients.md');
  const blocks = [...text.matchAll(/^## (.+)$|^```(json|toml)\n([\s\S]*?)^```$/gm)];
  let assistant = '';
  const all = blocks.flatMap(([, title, language, code = '']) => {
    if (title) assistant = title;
    return language ? [{ assistant, language, code }] : [];
  });
  const isForTeam = (one: { readonly assistant: string }) => one.assistant === 'One server for a team';
  const configs = all.filter((one) => !isForTeam(one));
  const parse = ({ language, code }: { readonly language: string; readonly code: string }) => {
    const config = (language === 'json' ? JSON.parse(code) : parseToml(code)) as Record<
      string,
      Record<string, ServerBlock>
    >;
    return (config['mcpServers'] ?? config['servers'] ?? config['mcp_servers'])?.['bijia'];
  };
  const known = new Set(WANTED.map(({ env }) => env));

  it('is there', () => {
    expect([...new Set(configs.map((one) => one.assistant))]).toEqual([
      'Claude Desktop',
      'Claude Code',
      'Cursor',
      'VS Code',
      'Cline',
      'Codex',
      'Gemini CLI',
      'Cherry Studio',
      'Trae',
    ]);
  });

  it('of a team server names its address, and a token', () => {
    const servers = all.filter(isForTeam).map(parse);
    expect(servers.length).toBeGreaterThan(3);
    for (const server of servers) {
      expect(Object.values(server ?? {})).toContain('https://bijia.example.com/mcp');
      expect(JSON.stringify(server)).toMatch(/Bearer |bearer_token_env_var/);
    }
  });

  it.each(configs)('parses and starts the command: $assistant', (block) => {
    const server = parse(block);
    expect(server).toMatchObject(IS_PUBLISHED ? FROM_REGISTRY : FROM_FOLDER);
    const names = Object.keys(server?.env ?? {});
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the icon', () => {
  it('is the picture that the server introduces itself with', () => {
    const [icon] = createServerInfo('1').icons;
    const picture = readFileSync(join(import.meta.dirname, '../../docs/images/icon.png'));
    expect(icon?.src).toBe(`data:image/png;base64,${picture.toString('base64')}`);
  });

  it('of the extension is a PNG of 512 points, and comes with it', () => {
    const { icon } = readJson('manifest.json') as { icon: string };
    const picture = readFileSync(join(ROOT, icon));
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([512, 512]);
    expect(readFileSync(join(ROOT, '.mcpbignore'), 'utf8').split('\n')).toContain(`!${icon}`);
  });
});
