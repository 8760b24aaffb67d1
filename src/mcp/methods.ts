import * as z from 'zod';
import { InputError, NotFoundError } from '../core/index.js';
import { cleanInput } from './answers/result.js';
import { fillPrompt, formatPrompt, type Prompt } from './prompts.js';
import type { CallContext, Session } from './protocol/session.js';
import { type Complete, formatTemplate, type Resource, type ResourceText } from './resource.js';
import type { Tool, ToolCall } from './tool.js';
import { getToolsList } from './tools-list.js';

/** All that a client can ask for. A tool, a resource or a prompt is an entry of its list, and nothing else. */
export interface Offer {
  readonly tools: readonly Tool[];
  readonly resources: readonly Resource[];
  readonly prompts: readonly Prompt[];
}

/** Answers one request. @throws BijiaError */
export type Method = (params: unknown, context: CallContext) => Promise<Readonly<Record<string, unknown>>>;

/** The names of all methods, which the bindings bind. */
export const METHOD_NAMES = [
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

const ToolRequest = z.looseObject({ name: z.string(), arguments: z.unknown().optional() });
const ResourceRequest = z.looseObject({ uri: z.string() });
const PromptRequest = z.looseObject({
  name: z.string(),
  arguments: z.record(z.string(), z.string()).optional(),
});
const CompletionRequest = z.looseObject({
  ref: z.looseObject({ type: z.string(), name: z.string().optional(), uri: z.string().optional() }),
  argument: z.looseObject({ name: z.string(), value: z.string() }),
});

const MAX_COMPLETIONS = 100;

/** The methods of the protocol, in whatever revision: the bindings add only what a revision wants around them. */
export function createMethods(offer: Offer, session: Session): Readonly<Record<MethodName, Method>> {
  const templates = offer.resources
    .filter(({ uriTemplate }) => uriTemplate !== undefined)
    .map(formatTemplate);
  return {
    'tools/list': async () => getToolsList(),
    'tools/call': async (params, context) => {
      const call = parse(ToolRequest, params, 'A call needs the name of a tool, as a string.');
      const tool = requireNamed(offer.tools, call.name, 'tool');
      return session.callTool(tool, call.arguments, context);
    },
    'resources/list': async (_, context) => {
      const list = (call: ToolCall) => Promise.all(offer.resources.map((one) => one.list?.(call) ?? []));
      // Where the configuration is wrong, there is nothing to list; the tools say why.
      const lists = await session.run(list, context).catch(() => []);
      return { resources: lists.flat() };
    },
    'resources/templates/list': async () => ({ resourceTemplates: templates }),
    'resources/read': async (params, context) => {
      const { uri } = parse(ResourceRequest, params, 'A resource needs its uri, as a string.');
      const content = await session.run((call) => readResource(offer.resources, uri, call), context);
      return { contents: [{ ...content, text: session.redact(content.text) }] };
    },
    'prompts/list': async () => ({ prompts: offer.prompts.map(formatPrompt) }),
    'prompts/get': async (params) => {
      const { name, arguments: given = {} } = parse(
        PromptRequest,
        params,
        'A prompt needs its name, as a string.',
      );
      return fillPrompt(requireNamed(offer.prompts, name, 'prompt'), given);
    },
    'completion/complete': async (params, context) => {
      const asked = parse(CompletionRequest, params, 'A completion needs "ref" and "argument".');
      const complete = findCompletion(offer, asked);
      const values = complete ? await session.run(async (call) => complete(call), context) : [];
      const fitting = values.filter((one) => one.startsWith(asked.argument.value));
      const shown = fitting.slice(0, MAX_COMPLETIONS);
      return { completion: { values: shown, total: fitting.length, hasMore: fitting.length > shown.length } };
    },
  };
}

/** @throws InputError */
function parse<S extends z.ZodType>(schema: S, params: unknown, message: string): z.output<S> {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw new InputError(message, { code: 'invalid_arguments' });
}

/** @throws InputError that lists the known ones */
function requireNamed<T extends { readonly name: string }>(all: readonly T[], name: string, what: string): T {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const known = all.map((one) => one.name).join(', ');
  throw new InputError(`There is no ${what} "${cleanInput(name, 60)}". Known: ${known}.`);
}

/** @throws BijiaError */
async function readResource(all: readonly Resource[], uri: string, call: ToolCall): Promise<ResourceText> {
  for (const { pattern, read } of all) {
    const match = pattern.exec(uri);
    if (match) return read(match, call);
  }
  const known = all.map(({ uriTemplate, pattern }) => uriTemplate ?? pattern.source.replace(/[\\^$]/g, ''));
  throw new NotFoundError(`There is no such resource. Known: ${known.join(', ')}.`);
}

function findCompletion(
  { resources, prompts }: Offer,
  { ref, argument }: z.output<typeof CompletionRequest>,
): Complete | undefined {
  if (ref.type === 'ref/prompt') {
    return prompts.find((one) => one.name === ref.name && one.argument.name === argument.name)?.complete;
  }
  return resources.find(({ uriTemplate }) => uriTemplate === ref.uri)?.complete?.[argument.name];
}
