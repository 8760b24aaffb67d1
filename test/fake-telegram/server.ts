import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Fault, Faults, FaultTarget } from './faults.js';
import type { FileStore } from './file-store.js';
import { findMethod } from './parse-parameters.js';
import { Refusal } from './refusal.js';
import { type ParsedBody, parseBody, readBody } from './request-body.js';
import { noteBody, type RequestLog, type RequestRecord } from './request-log.js';

export interface ServerOptions {
  readonly token: string;
  readonly files: FileStore;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Validates and carries out a method; refusals are thrown. */
  readonly call: (method: string, body: ParsedBody, signal: AbortSignal) => Promise<unknown>;
  /** Is told of every error that is not a refusal. */
  readonly onCrash: (error: unknown) => void;
  /** Told when a request is read, and when its fate is decided. */
  readonly onProgress: () => void;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly description?: string;
  readonly retryAfterS?: number;
}

/** What becomes of a request: an answer, a closed connection, or nothing at all. */
type Fate = Answer | 'reset' | 'silence';

const PATH = /^\/(?:(file)\/)?bot([^/]+)\/(.+)$/;

/** Longer than a bot pauses: one that sends on a connection as it is closed sees a failure that no test has asked for. */
const IDLE_MS = 75_000;

/** The HTTP face: `/bot<token>/<method>` and `/file/bot<token>/<path>`. */
export function createApiServer(options: ServerOptions): Server {
  return createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    void handle(options, request, response);
  });
}

async function handle(options: ServerOptions, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, file, token = '', name = ''] = PATH.exec(url.pathname) ?? [];
  const record = options.log.begin(file ? 'download' : name);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const decide = async (): Promise<Fate> => {
    const body = parseBody(request.headers['content-type'], await readBody(request), url.searchParams);
    noteBody(record, body);
    checkToken(options.token, token);
    const target: FaultTarget = file ? 'download' : (findMethod(name) ?? '*');
    const fault = options.faults.take(target, file ? { path: name } : body.fields);
    record.fault = fault?.kind;
    options.onProgress();
    const run = file
      ? async () => fileAnswer(options.files, name)
      : async () => jsonAnswer(200, { ok: true, result: await options.call(name, body, gone.signal) });
    return runWithFault(fault, run);
  };
  const fate = await decide().catch((error: unknown) => {
    if (error instanceof Refusal) return refusalAnswer(error);
    // The caller hung up in the middle of its request.
    if (request.destroyed && !request.complete) return 'silence';
    options.onCrash(error);
    return refusalAnswer(new Refusal(500, `Internal Server Error: fake: ${String(error)}`));
  });
  record.endedAtMs = performance.now();
  if (fate === 'reset') request.socket.destroy();
  else if (fate !== 'silence') send(response, record, fate);
  options.onProgress();
}

/** A token of the wrong form is not found; one that is nobody's is not authorised. */
function checkToken(expected: string, token: string): void {
  if (!/^\d+:[\w-]+$/.test(token)) throw new Refusal(404, 'Not Found');
  if (token !== expected) throw new Refusal(401, 'Unauthorized');
}

async function runWithFault(fault: Fault | undefined, run: () => Promise<Answer>): Promise<Fate> {
  switch (fault?.kind) {
    case undefined:
      return run();
    case 'refuse':
      throw fault.refusal;
    case 'page':
      return { status: fault.status, type: 'text/html', body: '<html><h1>Bad Gateway</h1></html>' };
    case 'reset':
      return 'reset';
    case 'hang':
      return 'silence';
    case 'lost-answer':
      await run();
      return 'reset';
    case 'late':
      await run();
      return 'silence';
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      return run();
  }
}

function fileAnswer(files: FileStore, path: string): Answer {
  const body = files.download(path);
  if (!body) throw new Refusal(404, 'Not Found');
  return { status: 200, type: 'application/octet-stream', body };
}

function refusalAnswer({ code, message, parameters }: Refusal): Answer {
  const answer = { ok: false, error_code: code, description: message, ...(parameters && { parameters }) };
  return { ...jsonAnswer(code, answer), description: message, retryAfterS: parameters?.retry_after };
}

function jsonAnswer(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function send(response: ServerResponse, record: RequestRecord, answer: Answer): void {
  // The caller has gone.
  if (response.destroyed) return;
  record.answeredAtMs = performance.now();
  record.status = answer.status;
  record.description = answer.description;
  if (answer.retryAfterS !== undefined) response.setHeader('retry-after', answer.retryAfterS);
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}
