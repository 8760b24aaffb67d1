import { join } from 'node:path';

/** Where the files of a person's programs are. */
export interface Places {
  readonly home: string;
  /** The folder of desktop programs' settings, such as `~/.config`. */
  readonly config: string;
}

/** @param environment of the process; only `APPDATA` and `XDG_CONFIG_HOME` are read */
export function getPlaces(
  platform: NodeJS.Platform,
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): Places {
  if (platform === 'darwin') return { home, config: join(home, 'Library/Application Support') };
  if (platform === 'win32') return { home, config: environment['APPDATA'] || join(home, 'AppData/Roaming') };
  return { home, config: environment['XDG_CONFIG_HOME'] || join(home, '.config') };
}

/** A program that starts MCP servers, and its file of them: the person's own, never a project's. */
export interface Host {
  readonly id: string;
  readonly name: string;
  /** Absent where servers are entered in a window. */
  readonly file?: (places: Places) => string;
  /** What the file holds the servers under. */
  readonly form: 'mcpServers' | 'servers' | 'toml';
  /** What is there when the program is installed. */
  readonly foundAt?: (places: Places) => string;
}

const CLINE = 'Code/User/globalStorage/saoudrizwan.claude-dev';

/** The hosts that `bijia setup` knows. */
export const HOSTS: readonly Host[] = [
  {
    ...{ id: 'claude-desktop', name: 'Claude Desktop', form: 'mcpServers' },
    file: ({ config }) => join(config, 'Claude/claude_desktop_config.json'),
    foundAt: ({ config }) => join(config, 'Claude'),
  },
  {
    ...{ id: 'claude-code', name: 'Claude Code', form: 'mcpServers' },
    file: ({ home }) => join(home, '.claude.json'),
    foundAt: ({ home }) => join(home, '.claude.json'),
  },
  {
    ...{ id: 'cursor', name: 'Cursor', form: 'mcpServers' },
    file: ({ home }) => join(home, '.cursor/mcp.json'),
    foundAt: ({ home }) => join(home, '.cursor'),
  },
  {
    ...{ id: 'vscode', name: 'VS Code', form: 'servers' },
    file: ({ config }) => join(config, 'Code/User/mcp.json'),
    foundAt: ({ config }) => join(config, 'Code/User'),
  },
  { id: 'cherry-studio', name: 'Cherry Studio', form: 'mcpServers' },
  {
    ...{ id: 'trae', name: 'Trae', form: 'mcpServers' },
    file: ({ config }) => join(config, 'Trae/User/mcp.json'),
    foundAt: ({ config }) => join(config, 'Trae/User'),
  },
  {
    ...{ id: 'windsurf', name: 'Windsurf', form: 'mcpServers' },
    file: ({ home }) => join(home, '.codeium/windsurf/mcp_config.json'),
    foundAt: ({ home }) => join(home, '.codeium/windsurf'),
  },
  {
    ...{ id: 'codex', name: 'Codex', form: 'toml' },
    file: ({ home }) => join(home, '.codex/config.toml'),
    foundAt: ({ home }) => join(home, '.codex'),
  },
  {
    ...{ id: 'gemini-cli', name: 'Gemini CLI', form: 'mcpServers' },
    file: ({ home }) => join(home, '.gemini/settings.json'),
    foundAt: ({ home }) => join(home, '.gemini'),
  },
  {
    ...{ id: 'antigravity', name: 'Antigravity', form: 'mcpServers' },
    file: ({ home }) => join(home, '.gemini/antigravity/mcp_config.json'),
    foundAt: ({ home }) => join(home, '.gemini/antigravity'),
  },
  {
    ...{ id: 'lm-studio', name: 'LM Studio', form: 'mcpServers' },
    file: ({ home }) => join(home, '.lmstudio/mcp.json'),
    foundAt: ({ home }) => join(home, '.lmstudio'),
  },
  {
    ...{ id: 'cline', name: 'Cline', form: 'mcpServers' },
    file: ({ config }) => join(config, CLINE, 'settings/cline_mcp_settings.json'),
    foundAt: ({ config }) => join(config, CLINE),
  },
];
