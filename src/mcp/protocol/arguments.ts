import * as z from 'zod';
import { findNearestName, InputError } from '../../core/index.js';
import { cleanInput } from '../answers/result.js';
import type { Catalogue } from '../catalogue.js';
import type { Tool } from '../tool.js';
import { isBlank, readBoolean, readEntries, readNumber, readText } from './lenient.js';

type Arguments = Record<string, unknown>;

/** Arguments that a tool accepts, and what was changed in them. */
export interface ParsedArguments {
  readonly args: Arguments;
  /** In words, for the model. */
  readonly remarks: readonly string[];
}

const MAX_ISSUES = 3;

/**
 * Reads the arguments of a call as a model may have meant them: known other names, words for "nothing", ids written
 * as numbers, a list written as text, more than one answer holds; then validates them strictly.
 * @throws InputError that says what is accepted
 */
export function parseArguments(tool: Tool, given: unknown, catalogue: Catalogue): ParsedArguments {
  const remarks: string[] = [];
  const named = renameArguments(tool, toObject(given), catalogue);
  const read = createReader({ tool, catalogue, remarks });
  const values = Object.entries(named)
    .map(([name, value]): [string, unknown] => [name, read(name, value)])
    .filter(([, value]) => value !== undefined);
  const parsed = tool.input.safeParse(Object.fromEntries(values), { reportInput: true });
  if (parsed.success) return { args: parsed.data, remarks };
  const problems = parsed.error.issues.slice(0, MAX_ISSUES).map(formatIssue);
  throw new InputError(`${problems.join('; ')}. ${formatArguments(tool)}`, { code: 'invalid_arguments' });
}

function toObject(given: unknown): Arguments {
  if (isBlank(given) || (Array.isArray(given) && given.length === 0)) return {};
  if (typeof given === 'object' && !Array.isArray(given)) return given as Arguments;
  throw new InputError('The arguments of a tool must be a JSON object.', { code: 'invalid_arguments' });
}

function renameArguments(tool: Tool, given: Arguments, { findIdPlatform }: Catalogue): Arguments {
  const named: Arguments = {};
  let platform: string | undefined;
  for (const [key, value] of Object.entries(given)) {
    // Models fill in what they do not know, also within a list.
    if (isBlank(value) || (Array.isArray(value) && value.every(isBlank))) continue;
    const name = findArgument(tool, key);
    if (name === undefined) throw createUnknownError(tool, key);
    if (Object.hasOwn(named, name)) {
      throw new InputError(`"${key}" and another argument both mean "${name}"; give only one.`, {
        code: 'invalid_arguments',
      });
    }
    named[name] = value;
    platform ??= findIdPlatform(key);
  }
  return platform && 'platform' in tool.input.shape ? { platform, ...named } : named;
}

const fold = (name: string) => name.toLowerCase().replace(/[_\s-]/g, '');

function findArgument({ input, aliases }: Tool, key: string): string | undefined {
  const folded = fold(key);
  return Object.keys(input.shape).find(
    (name) => fold(name) === folded || aliases[name]?.some((alias) => fold(alias) === folded),
  );
}

function createUnknownError(tool: Tool, key: string): InputError {
  const nearest = findNearestName(fold(key), Object.keys(tool.input.shape));
  const hint = nearest ? ` Did you mean "${nearest}"?` : '';
  return new InputError(`There is no argument "${cleanInput(key, 40)}".${hint} ${formatArguments(tool)}`, {
    code: 'unknown_argument',
  });
}

function formatArguments({ name, input }: Tool): string {
  return `${name} accepts: ${Object.keys(input.shape).join(', ')}.`;
}

interface ReaderContext {
  readonly tool: Tool;
  readonly catalogue: Catalogue;
  readonly remarks: string[];
}

/** Reads one argument by its schema; undefined where it counts as absent. */
function createReader({ tool, catalogue, remarks }: ReaderContext) {
  return (name: string, value: unknown): unknown => {
    const schema = unwrap(tool.input.shape[name]);
    if (schema instanceof z.ZodArray) return readList(value, name, { schema, remarks });
    if (schema instanceof z.ZodString) return readText(value, name);
    if (schema instanceof z.ZodEnum) return readName(value, name === 'platform' ? catalogue : undefined);
    if (schema instanceof z.ZodNumber) return capNumber(readNumber(value), name, { schema, remarks });
    return schema instanceof z.ZodBoolean ? readBoolean(value) : value;
  };
}

function readName(value: unknown, catalogue: Catalogue | undefined): unknown {
  if (typeof value !== 'string') return value;
  return catalogue?.findPlatform(value) ?? value.trim().toLowerCase();
}

interface ListContext {
  readonly schema: z.ZodArray;
  readonly remarks: string[];
}

function readList(value: unknown, name: string, { schema, remarks }: ListContext): unknown {
  const entries = readEntries(value, name);
  if (!Array.isArray(entries)) return entries;
  if (entries.every(isBlank)) return undefined;
  const { element } = schema;
  return element instanceof z.ZodEnum ? keepKnown(entries, name, { element, remarks }) : entries;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

interface NamesContext {
  readonly element: z.ZodEnum;
  readonly remarks: string[];
}

/** An unknown name does not keep the others from being answered. */
function keepKnown(entries: readonly unknown[], name: string, { element, remarks }: NamesContext): unknown {
  const known = element.options.map(String);
  const names = entries
    .flatMap((entry) => String(entry).split(/[\n,，、]/))
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => !isBlank(entry));
  const kept = names.filter((one) => known.includes(one));
  for (const one of names.filter((entry) => !kept.includes(entry))) {
    const nearest = findNearestName(one, known);
    const others = kept.length > 0 ? '' : ` Known: ${known.join(', ')}.`;
    const hint = nearest ? ` Did you mean "${nearest}"?` : others;
    remarks.push(`There is no "${cleanInput(one, 40)}" in ${name}; it was left out.${hint}`);
  }
  return kept.length > 0 ? kept : undefined;
}

/** Who asks for more than one answer holds gets what it holds. */
function capNumber(
  value: unknown,
  name: string,
  { schema, remarks }: { readonly schema: z.ZodNumber; readonly remarks: string[] },
): unknown {
  const most = schema.maxValue;
  if (typeof value !== 'number' || most === null || !(value > most)) return value;
  remarks.push(`${name} ${value} is more than one answer holds; ${most} was used.`);
  return most;
}

function formatIssue(issue: z.core.$ZodIssue): string {
  const [name, ...inner] = issue.path.map(String);
  const place = name === undefined ? '' : `"${name}" `;
  const subject = inner.length > 0 ? `${formatValue(issue.input)} in ${place}` : place;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `${subject}is missing`
        : `${subject}must be ${nameType(issue.expected)}`;
    case 'too_big':
      return `${subject}is too ${sizeWords(issue.origin, 'long', 'large')}: at most ${issue.maximum}${units(issue.origin)}`;
    case 'too_small':
      return `${subject}is too ${sizeWords(issue.origin, 'short', 'small')}: at least ${issue.minimum}${units(issue.origin)}`;
    case 'invalid_value':
      return `${subject}must be one of ${issue.values.join(', ')}, not ${formatValue(issue.input)}`;
    default:
      return `${subject}is not accepted`;
  }
}

const formatValue = (value: unknown) => cleanInput(JSON.stringify(value) ?? '', 60);

const TYPE_NAMES: Readonly<Record<string, string>> = { array: 'a list of strings', int: 'a whole number' };
const nameType = (type: string) => TYPE_NAMES[type] ?? `of type ${type}`;
const sizeWords = (origin: string, text: string, number: string) =>
  origin === 'number' || origin === 'int' ? number : text;
const units = (origin: string) =>
  origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';
