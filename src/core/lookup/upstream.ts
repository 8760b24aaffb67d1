import { hash } from 'node:crypto';
import type { Limiter } from '../call/limiter.js';
import { createSend } from '../call/request.js';
import type { Transport, TransportAnswer } from '../call/transport.js';
import type { Clock } from '../clock.js';
import type { ConfiguredProvider } from '../config.js';
import type { GeneralValues } from '../general-settings.js';
import type { Logger, Redactor } from '../logger.js';
import type { Detail } from '../product/product.js';
import type { Connection, Consent, Login, Provider, StoredTokenSource, TokenSpec } from '../provider.js';
import type { Quota } from '../setting-parsers.js';
import type { PaidCalls } from '../state/paid-calls.js';
import type { State } from '../state/state.js';

/** A provider with credentials, ready to answer. */
export interface Upstream {
  readonly provider: Provider;
  /** What its settings say. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly connection: Connection;
  readonly login: Login | undefined;
  readonly consent: Consent | undefined;
  readonly limiter: Limiter;
  readonly limit: Quota;
  /** Present when its calls cost money. */
  readonly paidCalls: PaidCalls | undefined;
  /** Where it sends to and with which key, hashed: part of a job's identity. */
  readonly identity: string;
  /** Whether addresses that earn the operator a commission may be shown. */
  readonly showsBuyLinks: boolean;
  /** Whether what it says is made up: known from the configuration, else undefined until its first answer. */
  readonly isSandbox: boolean | undefined;
  /** Another machine has heard it say so. */
  readonly markSandbox: () => void;
  /** How far this machine's clock was ahead of its own at its last answer, in milliseconds. */
  readonly clockAheadMs: number | undefined;
}

export interface UpstreamOptions extends Pick<Clock, 'now' | 'monotonicNow' | 'wait'> {
  readonly general: GeneralValues;
  readonly createPaidCalls: State['createPaidCalls'];
  readonly transport: Transport;
  readonly createTokenSource: (spec: TokenSpec) => StoredTokenSource;
  /** One limiter per quota group, however many providers share it. */
  readonly getLimiter: (group: string, limit: Quota) => Limiter;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly random: () => number;
}

/** Connects a provider: gives it its way out, its share of a quota and its tokens. */
export function createUpstream({ provider, values }: ConfiguredProvider, options: UpstreamOptions): Upstream {
  const { limit, group } = provider.quota(values);
  const identity = hash('sha256', JSON.stringify(group)).slice(0, 24);
  const limiter = options.getLimiter(identity, limit);
  const daily = provider.dailyCalls?.(values);
  const paidCalls = daily && options.createPaidCalls(identity, daily);
  const seen: Observed = { isSandbox: options.general.sandbox || undefined };
  const observe = ({ sandbox, dateMs }: TransportAnswer) => {
    seen.isSandbox ||= sandbox;
    if (dateMs !== undefined) seen.clockAheadMs = options.now() - dateMs;
  };
  const toolbox = {
    settings: values,
    send: createSend({ ...options, limiter, paidCalls, envs: listEnvs(provider), observe }),
    createTokenSource: options.createTokenSource,
    now: options.now,
    log: options.log,
  };
  const connection = provider.connect(toolbox);
  return {
    provider,
    values,
    connection,
    login: provider.login?.(toolbox),
    consent: provider.consent?.(toolbox),
    limiter,
    limit,
    paidCalls,
    identity,
    showsBuyLinks: options.general.buyLinks,
    get isSandbox() {
      return seen.isSandbox;
    },
    markSandbox: () => {
      seen.isSandbox = true;
    },
    get clockAheadMs() {
      return seen.clockAheadMs;
    },
  };
}

interface Observed {
  isSandbox?: boolean;
  clockAheadMs?: number;
}

/** Whether each call costs money. */
export const isPaid = ({ provider }: Pick<Upstream, 'provider'>): boolean =>
  provider.dailyCalls !== undefined;

/** How many ids of a kind one call may ask about. */
export function getIdsPerCall({ connection }: Upstream, detail: Detail, idType: string | undefined): number {
  return connection.getProducts ? Math.max(1, connection.idsPerCall?.(detail, idType) ?? 1) : 1;
}

function listEnvs({ settings }: Provider) {
  const all = Object.values(settings);
  return {
    addresses: all.filter(({ isAddress }) => isAddress).map(({ env }) => env),
    credentials: all.filter(({ credential }) => credential).map(({ env }) => env),
  };
}
