import { createLimiter } from '../../src/core/call/limiter.js';
import { createTransport } from '../../src/core/call/transport.js';
import type { Clock } from '../../src/core/clock.js';
import { createClock } from '../../src/core/clock.js';
import { type Provider, parseConfig, providers } from '../../src/core/index.js';
import { parseJson } from '../../src/core/product/json.js';
import type { HttpRequest } from '../../src/core/provider.js';
import type { SandboxUpstream } from '../../src/core/simulation/upstream.js';
import type { Fault } from '../../src/sandbox/fault-plan.js';
import { openSandboxCore, type SandboxCore } from './open-sandbox-core.js';
import { createMemoryPermits } from './permit-memory.js';

/** A provider in one of the dialects that it speaks. */
export interface ProviderCase {
  readonly title: string;
  readonly provider: Provider;
  readonly dialect: string | undefined;
}

/** Everything in the registry: a new provider is in without a change here. */
export const providerCases: readonly ProviderCase[] = providers.flatMap((provider) => {
  const dialects: readonly (string | undefined)[] = provider.settings['dialect']?.choices ?? [undefined];
  return dialects.map((dialect) => ({
    title: dialect === undefined ? provider.id : `${provider.id}, dialect ${dialect}`,
    provider,
    dialect,
  }));
});

export interface OpenedCase extends SandboxCore {
  readonly upstream: SandboxUpstream;
  /** What was sent over the network, in order. */
  readonly sent: readonly HttpRequest[];
  /** A product that the sandbox knows. */
  readonly productId: string;
  readonly options: { readonly platform: string; readonly source: string };
  /** Changes the text of every answer but those of token calls, from now on. */
  readonly rewrite: (change: (text: string, request: HttpRequest) => string) => void;
  /** Plays a fault of this upstream only. */
  readonly play: (fault: Omit<Fault, 'upstream'>) => void;
}

const CALL_TIMEOUT_MS = 5000;

/** A core on a sandbox of its own, asked through one provider; quotas are generous and permits run a hundred times faster. */
export async function openProviderCase(
  { provider, dialect }: ProviderCase,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<OpenedCase> {
  const upstream = await provider.loadSandbox();
  const sent: HttpRequest[] = [];
  let change = (text: string, _request: HttpRequest) => text;
  const transport = createTransport({ timeoutMs: CALL_TIMEOUT_MS });
  const setting = provider.settings['dialect'];
  const opened = await openSandboxCore({
    sandbox: { quota: '100000/60s' },
    environment: {
      ...(setting && { [setting.env]: dialect }),
      BIJIA_CALL_TIMEOUT: `${CALL_TIMEOUT_MS}ms`,
      ...environment,
    },
    parts: {
      random: () => 0,
      transport: {
        ...transport,
        send: async (request, signal) => {
          sent.push(request);
          const answer = await transport.send(request, signal);
          const text = /oauth|token/.test(request.url) ? answer.text : change(answer.text, request);
          return { ...answer, text, json: () => parseJson(text) };
        },
      },
      createLimiter: (_, limit) =>
        createLimiter(
          createMemoryPermits({ limit, callTimeoutMs: CALL_TIMEOUT_MS * 100, clock: createFastClock(100) }),
        ),
    },
  });
  return {
    ...opened,
    upstream,
    sent,
    productId: upstream.samples.find(({ kind }) => kind === 'product')?.id ?? '',
    rewrite: (next) => {
      change = next;
    },
    options: { platform: provider.marketplace.id, source: provider.id },
    play: (fault) => opened.sandbox.setFaults([{ ...fault, upstream: upstream.id }]),
  };
}

function createFastClock(factor: number): Clock {
  const clock = createClock();
  return {
    ...clock,
    nowUs: () => clock.nowUs() * factor,
    wait: (ms, signal) => clock.wait(ms / factor, signal),
  };
}

/** Secrets of the configuration, by variable. */
export function listSecrets({ provider }: ProviderCase, environment: SandboxCore['environment']): string[] {
  const { configured } = parseConfig(environment);
  const values = configured.find((one) => one.provider === provider)?.values ?? {};
  return Object.entries(provider.settings).flatMap(([name, setting]) =>
    setting.secret && typeof values[name] === 'string' ? [values[name]] : [],
  );
}
