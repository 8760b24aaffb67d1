import type { FileStore } from '../file-store.js';
import type { Method } from '../method-parameters.js';
import { findMethod, parseParameters } from '../parse-parameters.js';
import { createRateLimit, type RateLimits } from '../rate-limit.js';
import { Refusal, Violation } from '../refusal.js';
import type { ParsedBody } from '../request-body.js';
import type { UpdateQueue } from '../update-queue.js';
import type { Webhook } from '../webhook.js';
import type { World } from '../world.js';
import { createAnsweringMethods, type OpenQueries } from './answering.js';
import type { Call, Handlers } from './call.js';
import { createCommandMethods } from './commands.js';
import { createEditingMethods } from './editing.js';
import { createLookingUpMethods } from './looking-up.js';
import { createMedia, type UrlPolicy } from './media.js';
import { createReceivingMethods } from './receiving.js';
import { createSendingMethods } from './sending.js';

export interface MethodOptions {
  readonly world: World;
  readonly updates: UpdateQueue;
  readonly files: FileStore;
  readonly queries: OpenQueries;
  readonly webhook: Webhook;
  readonly rateLimits: RateLimits;
  readonly queryLifetimeMs: number;
  readonly urlPolicy: UrlPolicy;
}

/** Validates and carries out the method of that name; refusals are thrown. */
export type MethodRunner = (name: string, body: ParsedBody, signal: AbortSignal) => Promise<unknown>;

export function createMethods(options: MethodOptions): MethodRunner {
  const { world, updates, files, queries, webhook, queryLifetimeMs } = options;
  const media = createMedia(files, options.urlPolicy);
  const rateLimit = createRateLimit(options.rateLimits, world.now);
  const handlers: Handlers<Method> = {
    ...createReceivingMethods(updates, webhook),
    ...createSendingMethods({ world, media, rateLimit }),
    ...createEditingMethods({ world, media, rateLimit }),
    ...createAnsweringMethods({ world, queries, queryLifetimeMs }),
    ...createCommandMethods(world),
    ...createLookingUpMethods(world, files),
  };
  const runHandler = <M extends Method>(method: M, body: ParsedBody, call: Call) =>
    handlers[method](parseParameters(method, body), call);

  return async (name, body, signal) => {
    const method = findMethod(name);
    if (!method) throw new Refusal(404, 'Not Found: method not found');
    checkAttachments(body);
    return runHandler(method, body, { files: new Map(body.files.map((file) => [file.field, file])), signal });
  };
}

function checkAttachments({ fields, files }: ParsedBody): void {
  const named = JSON.stringify(fields);
  const unused = files.find(({ field }) => !named.includes(`attach://${field}`));
  if (unused) throw new Violation(`file ${JSON.stringify(unused.field)} is attached and not used`);
}
