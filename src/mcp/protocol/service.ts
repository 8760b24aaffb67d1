import { cutText } from '../answers/cut-text.js';
import { SANDBOX_NOTICE } from '../answers/result.js';
import { createCatalogue } from '../catalogue.js';
import { createMethods, type MethodName } from '../methods.js';
import { PROMPTS } from '../prompts.js';
import { createResources } from '../resources/index.js';
import { createTools } from '../tools/index.js';
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  RESOURCE_NOT_FOUND,
  RpcError,
} from './rpc-error.js';
import { type CallContext, createSession, type SessionOptions } from './session.js';

/** What the server offers, without the words of a revision of the protocol. */
export interface Service {
  /** @throws RpcError */
  readonly answer: (
    method: string,
    params: unknown,
    context: CallContext,
  ) => Promise<Record<string, unknown>>;
  readonly redact: (text: string) => string;
  /** Stops all jobs and closes the core. */
  readonly close: () => Promise<void>;
}

export function createService(options: SessionOptions): Service {
  const catalogue = createCatalogue();
  const session = createSession(options, catalogue);
  const offer = {
    tools: createTools(catalogue),
    resources: createResources(catalogue),
    prompts: PROMPTS,
  };
  const methods = createMethods(offer, session);
  return {
    answer: async (method, params, context) => {
      if (!Object.hasOwn(methods, method)) throw new RpcError(METHOD_NOT_FOUND, 'Method not found');
      try {
        return { ...(await methods[method as MethodName](params, context)) };
      } catch (thrown) {
        const { outcome, message } = session.explain(thrown);
        const text = session.isSandbox() ? `${message} ${SANDBOX_NOTICE}` : message;
        const data = method === 'resources/read' && outcome === 'not_found' ? toUri(params) : undefined;
        throw new RpcError(toErrorCode(outcome), session.redact(text), data);
      }
    },
    redact: session.redact,
    close: session.close,
  };
}

const MAX_URI = 500;

/** What the protocol wants to be told of a resource that does not exist. */
function toUri(params: unknown): object {
  const { uri } = params as { readonly uri: string };
  return { uri: cutText(uri, MAX_URI) };
}

function toErrorCode(outcome: string): number {
  if (outcome === 'not_found') return RESOURCE_NOT_FOUND;
  return outcome === 'invalid' ? INVALID_PARAMS : INTERNAL_ERROR;
}
