import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ConfiguredProvider, GeneralValues } from './config.js';
import { createDailyCalls } from './daily-calls.js';
import type { Limiter } from './limiter.js';
import type { Logger, Redactor } from './logger.js';
import type { Connection, Login, Provider, StoredTokenSource, TokenSpec } from './provider.js';
import { createSend } from './request.js';
import type { Quota } from './settings.js';
import type { Transport } from './transport.js';

/** A provider with credentials, ready to answer. */
export interface Source {
  readonly provider: Provider;
  readonly connection: Connection;
  readonly login: Login | undefined;
  readonly limiter: Limiter;
  readonly limit: Quota;
  /** Where it sends to and with which key, hashed: part of a job's identity. */
  readonly identity: string;
}

export interface SourceOptions {
  readonly general: GeneralValues;
  readonly stateDir: string;
  readonly transport: Transport;
  readonly createTokenSource: (spec: TokenSpec) => StoredTokenSource;
  /** One limiter per quota group, however many providers share it. */
  readonly getLimiter: (group: string, limit: Quota) => Limiter;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly now: () => number;
  readonly random: () => number;
}

export function createSource({ provider, values }: ConfiguredProvider, options: SourceOptions): Source {
  const { limit, group } = provider.quota(values);
  const identity = createHash('sha256').update(JSON.stringify(group)).digest('hex').slice(0, 24);
  const limiter = options.getLimiter(identity, limit);
  const ceiling = provider.dailyCalls?.(values);
  const countPaidCall =
    ceiling === undefined
      ? undefined
      : createDailyCalls({ folder: join(options.stateDir, 'calls', identity), ceiling, now: options.now });
  const toolbox = {
    settings: values,
    send: createSend({ ...options, limiter, countPaidCall }),
    createTokenSource: options.createTokenSource,
    now: options.now,
    log: options.log,
  };
  const connection = provider.connect(toolbox);
  return { provider, connection, login: provider.login?.(toolbox), limiter, limit, identity };
}
