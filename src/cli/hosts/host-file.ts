import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Host } from './hosts.js';

/** How a host starts the server. It holds no secret: those stay in the file of settings. */
export interface ServerBlock {
  readonly command: string;
  readonly args: readonly string[];
}

const NAME = 'bijia';

/** The block as a person would paste it. */
export function formatBlock({ form }: Host, block: ServerBlock): string {
  if (form === 'toml') return formatToml(block);
  return JSON.stringify({ [form]: { [NAME]: toEntry(form, block) } }, undefined, 2);
}

/** VS Code wants the kind of transport said. */
const toEntry = (form: Host['form'], block: ServerBlock) =>
  form === 'servers' ? { type: 'stdio', ...block } : block;

/** A basic string of TOML escapes as JSON does. */
function formatToml({ command, args }: ServerBlock): string {
  return `[mcp_servers.${NAME}]\ncommand = ${JSON.stringify(command)}\nargs = [${args.map((arg) => JSON.stringify(arg)).join(', ')}]`;
}

/**
 * The text of a host's file with the block in it; other servers stay as they are, and what was added to ours.
 * @param text what the file holds; undefined where there is none
 * @returns undefined for a file that is not sound JSON, or has comments: it would lose them
 */
export function mergeBlock(text: string | undefined, host: Host, block: ServerBlock): string | undefined {
  if (host.form === 'toml') return mergeToml(text ?? '', formatToml(block));
  const whole = parseObject(text?.replace(/^\uFEFF/, ''));
  const servers = whole && (whole[host.form] ?? {});
  if (!whole || !isObject(servers)) return undefined;
  const entry = { ...getOwnAdditions(servers[NAME]), ...toEntry(host.form, block) };
  return `${JSON.stringify({ ...whole, [host.form]: { ...servers, [NAME]: entry } }, undefined, 2)}\n`;
}

/** What the person has added to our entry, such as variables or tools to approve; nothing of an entry for a server by HTTP. */
function getOwnAdditions(entry: unknown): object {
  return isObject(entry) && URL_NAMES.every((name) => !(name in entry)) ? entry : {};
}

/** What hosts call the address of a server by HTTP. */
const URL_NAMES = ['url', 'httpUrl', 'serverUrl'];

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined || text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Our table, up to the next one. */
const OWN_TABLE = /^\[mcp_servers\.(?:bijia|"bijia")\][^\n]*\n((?:(?!\s*\[)[^\n]*(?:\n|$))*)/m;
/** How it starts, also where the arguments stand on lines of their own. */
const OWN_START = /^[ \t]*(?:command|args)[ \t]*=[ \t]*(?:\[[^\]]*\]|[^\n]*)[^\n]*(?:\n|$)/gm;

/** Replaces how our table starts the server, or adds the table at the end. */
function mergeToml(text: string, table: string): string {
  const own = OWN_TABLE.exec(text)?.[1];
  if (own !== undefined) {
    const additions = /^[ \t]*url[ \t]*=/m.test(own) ? '' : own.replace(OWN_START, '');
    return `${text.replace(OWN_TABLE, () => `${table}\n${additions}`).trimEnd()}\n`;
  }
  return `${text.trimEnd()}${text.trim() === '' ? '' : '\n\n'}${table}\n`;
}

/**
 * Replaces a file at once, keeping a copy of what was there, its permissions, and a link as a link.
 * @returns the copy's path; undefined where there was no file
 */
export function replaceFile(path: string, text: string, nowMs: number): string | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const isThere = existsSync(path);
  const target = isThere ? realpathSync(path) : path;
  const stamp = new Date(nowMs).toISOString().slice(0, 23).replaceAll(/[:.]/g, '');
  const copy = isThere ? `${target}.${stamp}.bak` : undefined;
  if (copy !== undefined) copyFileSync(target, copy);
  const draft = `${target}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: isThere ? statSync(target).mode & 0o777 : 0o600 });
  renameSync(draft, target);
  return copy;
}

/** @returns undefined where there is no such file */
export function readTextFile(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
