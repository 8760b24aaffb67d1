import { z } from 'zod';
import { METHOD_PARAMETERS, type Method, type ParametersOf } from './method-parameters.js';
import { badRequest, Violation } from './refusal.js';
import type { ParsedBody } from './request-body.js';

/** The real server's words for what is required and missing, where it has words of its own. */
const WORDS_FOR_MISSING: Readonly<Record<string, string>> = {
  chat_id: 'chat_id is empty',
  text: 'message text is empty',
  photo: 'there is no photo in the request',
  document: 'there is no document in the request',
  file_id: 'file_id not specified',
};

/** Method names count in any case. */
export function findMethod(name: string): Method | undefined {
  const methods = Object.keys(METHOD_PARAMETERS) as Method[];
  return methods.find((method) => method.toLowerCase() === name.toLowerCase());
}

/**
 * Validates a request against the method's parameters. In a form all values are strings: what is not a string by its
 * type is read as JSON, as the real server does.
 *
 * @throws {Refusal} for what is missing or has no meaning; {@link Violation} for what the types do not allow.
 */
export function parseParameters<M extends Method>(method: M, body: ParsedBody): ParametersOf<M> {
  const schema = METHOD_PARAMETERS[method];
  const fields = body.encoding === 'json' ? body.fields : typedFields(schema.shape, body.fields);
  const result = schema.safeParse(fields);
  if (result.success) return result.data as ParametersOf<M>;
  const missing = Object.keys(schema.shape).find(
    (name) => fields[name] === undefined && isRequired(schema.shape, name),
  );
  if (missing !== undefined && WORDS_FOR_MISSING[missing]) throw badRequest(WORDS_FOR_MISSING[missing]);
  throw new Violation(`${method}: ${z.prettifyError(result.error).replace(/\s*\n\s*/g, ' ')}`);
}

type Shape = Readonly<Record<string, z.ZodType>>;

function isRequired(shape: Shape, name: string): boolean {
  return shape[name]?.safeParse(undefined).success === false;
}

function typedFields(shape: Shape, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const typed = Object.entries(fields).map(([name, raw]) => {
    const isText = shape[name]?.safeParse(raw).success ?? true;
    return [name, isText ? raw : readJson(raw)] as const;
  });
  return Object.fromEntries(typed);
}

function readJson(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
