import { type BijiaError, InputError } from '../../core/index.js';
import { cutText } from '../answers/cut-text.js';
import { SANDBOX_NOTICE, type ToolResult } from '../answers/result.js';
import { createCatalogue } from '../catalogue.js';
import { getPrompt, listPrompts } from '../prompts.js';
import { listResourceTemplates, type ResourceText, readResource } from '../resources.js';
import { formatTool } from '../tool.js';
import { createTools } from '../tools/index.js';
import { type CallContext, createSession, type SessionOptions } from './session.js';

/** What the server offers, without the words of the protocol. */
export interface Service {
  readonly listTools: () => readonly ReturnType<typeof formatTool>[];
  /** What fails becomes an answer that says so. @throws InputError when there is no such tool */
  readonly callTool: (name: string, given: unknown, context: CallContext) => Promise<ToolResult>;
  readonly listResourceTemplates: typeof listResourceTemplates;
  /** @throws BijiaError */
  readonly readResource: (uri: string, context: CallContext) => Promise<ResourceText[]>;
  readonly listPrompts: typeof listPrompts;
  /** @throws InputError */
  readonly getPrompt: typeof getPrompt;
  /** Turns what was thrown into words for the client, and tells the operator of a fault of the program. */
  readonly explain: (thrown: unknown) => Pick<BijiaError, 'outcome' | 'message'>;
  readonly redact: (text: string) => string;
  /** Stops all jobs and closes the core. */
  readonly close: () => Promise<void>;
}

export function createService(options: SessionOptions): Service {
  const catalogue = createCatalogue();
  const session = createSession(options, catalogue);
  const tools = createTools(catalogue);
  const listed = tools.map(formatTool);
  return {
    listTools: () => listed,
    callTool: async (name, given, context) => {
      const tool = tools.find((one) => one.name === name);
      if (tool) return session.callTool(tool, given, context);
      const known = tools.map((one) => one.name).join(', ');
      throw new InputError(`There is no tool "${cutText(name, 60)}". Known: ${known}.`);
    },
    listResourceTemplates,
    readResource: async (uri, context) => {
      const contents = await session.run((call) => readResource(uri, call), context);
      return contents.map((content) => ({ ...content, text: session.redact(content.text) }));
    },
    listPrompts,
    getPrompt,
    explain: (thrown) => {
      const { outcome, message } = session.explain(thrown);
      return { outcome, message: session.isSandbox() ? `${message} ${SANDBOX_NOTICE}` : message };
    },
    redact: session.redact,
    close: session.close,
  };
}
