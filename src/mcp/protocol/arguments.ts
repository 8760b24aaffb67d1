import * as z from 'zod';
import { InputError } from '../../core/index.js';
import type { Tool } from '../tool.js';

type Arguments = Record<string, unknown>;

const MAX_SUGGESTION_DISTANCE = 3;
const MAX_ISSUES = 3;

/**
 * Reads the arguments of a call as a model may have meant them: known other names, ids written as numbers, a list
 * written as text; then validates them strictly.
 * @throws InputError that says what is accepted
 */
export function parseArguments(tool: Tool, given: unknown): Arguments {
  const named = renameArguments(tool, toObject(given));
  const values = Object.entries(named).map(([name, value]) => [name, readLeniently(name, value, tool)]);
  const parsed = tool.input.safeParse(Object.fromEntries(values), { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, MAX_ISSUES).map(formatIssue);
  throw new InputError(`${problems.join('; ')}. ${listArguments(tool)}`, { code: 'invalid_arguments' });
}

function toObject(given: unknown): Arguments {
  if (given === undefined || given === null) return {};
  if (typeof given === 'object' && !Array.isArray(given)) return given as Arguments;
  throw new InputError('The arguments of a tool must be a JSON object.', { code: 'invalid_arguments' });
}

function renameArguments(tool: Tool, given: Arguments): Arguments {
  const named: Arguments = {};
  for (const [key, value] of Object.entries(given)) {
    // Models fill in what they do not know with null, or leave it empty.
    if (value === null || value === undefined || value === '') continue;
    const name = findArgument(tool, key);
    if (name === undefined) throw createUnknownError(tool, key);
    if (Object.hasOwn(named, name)) {
      throw new InputError(`"${key}" and another argument both mean "${name}"; give only one.`, {
        code: 'invalid_arguments',
      });
    }
    named[name] = value;
  }
  return named;
}

const fold = (name: string) => name.toLowerCase().replace(/[_\s-]/g, '');

function findArgument({ input, aliases }: Tool, key: string): string | undefined {
  const folded = fold(key);
  return Object.keys(input.shape).find(
    (name) => fold(name) === folded || aliases[name]?.some((alias) => fold(alias) === folded),
  );
}

function createUnknownError(tool: Tool, key: string): InputError {
  const names = Object.keys(tool.input.shape);
  const nearest = names
    .map((name) => ({ name, distance: getEditDistance(fold(key).slice(0, 40), fold(name)) }))
    .filter(({ distance }) => distance <= MAX_SUGGESTION_DISTANCE)
    .sort((a, b) => a.distance - b.distance)[0];
  const hint = nearest ? ` Did you mean "${nearest.name}"?` : '';
  return new InputError(`There is no argument "${key.slice(0, 40)}".${hint} ${listArguments(tool)}`, {
    code: 'unknown_argument',
  });
}

function listArguments({ name, input }: Tool): string {
  return `${name} accepts: ${Object.keys(input.shape).join(', ')}.`;
}

function readLeniently(name: string, value: unknown, { input }: Tool): unknown {
  const schema = unwrap(input.shape[name]);
  if (schema instanceof z.ZodArray) return readList(value, name, schema.element);
  if (schema instanceof z.ZodString) return readText(value, name);
  if (schema instanceof z.ZodEnum && typeof value === 'string') return value.trim().toLowerCase();
  if (schema instanceof z.ZodNumber && typeof value === 'string' && /^\d{1,9}$/.test(value.trim())) {
    return Number(value);
  }
  if (schema instanceof z.ZodBoolean && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

/** One text may hold a JSON list, or one entry per line; names of a fixed list may stand behind commas, too. */
function readList(value: unknown, name: string, element: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => readText(entry, name));
  if (typeof value !== 'string') return typeof value === 'number' ? [readText(value, name)] : value;
  try {
    const list: unknown = JSON.parse(value);
    if (Array.isArray(list)) return list.map((entry) => readText(entry, name));
  } catch {
    // Not JSON: read as lines.
  }
  return value
    .split(element instanceof z.ZodEnum ? /[\n,，、]/ : '\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function readText(value: unknown, name: string): unknown {
  if (typeof value !== 'number') return value;
  if (Number.isSafeInteger(value)) return String(value);
  throw new InputError(
    `A number in "${name}" is too large to be exact, and its last digits may be lost. Give ids as strings.`,
    { code: 'invalid_arguments' },
  );
}

function formatIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.length > 0 ? `"${issue.path.join('.')}" ` : '';
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? `${place}is missing` : `${place}must be ${nameType(issue.expected)}`;
    case 'too_big':
      return `${place}is too ${sizeWords(issue.origin, 'long', 'large')}: at most ${issue.maximum}${units(issue.origin)}`;
    case 'too_small':
      return `${place}is too ${sizeWords(issue.origin, 'short', 'small')}: at least ${issue.minimum}${units(issue.origin)}`;
    case 'invalid_value':
      return `${place}must be one of ${issue.values.join(', ')}`;
    default:
      return `${place}is not accepted`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = { array: 'a list of strings', int: 'a whole number' };
const nameType = (type: string) => TYPE_NAMES[type] ?? `of type ${type}`;
const sizeWords = (origin: string, text: string, number: string) =>
  origin === 'number' || origin === 'int' ? number : text;
const units = (origin: string) =>
  origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';

/** Levenshtein distance: how many letters have to be changed. */
function getEditDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
