import * as z from 'zod';
import type { PriceMoves } from '../core/simulation/price-moves.js';
import type { SandboxAnswer } from '../core/simulation/upstream.js';
import type { CatalogueEntry } from './catalogue.js';
import { type FaultPlan, parseFaults } from './fault-plan.js';
import type { QuotaJudge } from './quota-judge.js';

export interface ControlParts {
  readonly catalogue: readonly CatalogueEntry[];
  readonly judge: QuotaJudge;
  readonly faults: FaultPlan;
  readonly setPrices: (moves: PriceMoves | undefined) => void;
  readonly setTokenLife: (lifeMs: number | undefined) => void;
  readonly expireTokens: () => void;
}

/** Answers a request below {@link CONTROL_PATH}. */
export type Control = (method: string, path: string, body: string) => SandboxAnswer;

/** Where other programs judge and steer the sandbox. */
export const CONTROL_PATH = '/_sandbox/';

const tokensSchema = z.strictObject({
  /** Life of tokens issued from now on; null for each upstream's own. */
  lifeMs: z.number().positive().nullable().optional(),
  /** Lets every token issued so far run out now. */
  expire: z.boolean().optional(),
});

const pricesSchema = z
  .strictObject({
    everyMs: z.number().positive(),
    factors: z.array(z.number().positive().max(100)).min(1).max(1000),
  })
  .nullable();

/** `GET arrivals`, `GET stats`, `GET catalogue`, `POST faults`, `POST tokens`, `POST prices`, `POST clear`. */
export function createControl(parts: ControlParts): Control {
  const { catalogue, judge, faults, setPrices, setTokenLife, expireTokens } = parts;
  const routes: Record<string, (body: string) => unknown> = {
    'GET arrivals': () => judge.arrivals(),
    'GET stats': () => ({ groups: judge.stats(), faultsPlayed: faults.played() }),
    'GET catalogue': () => catalogue,
    'POST faults': (body) => {
      const plan = parseFaults(JSON.parse(body));
      faults.set(plan);
      return { faults: plan };
    },
    'POST tokens': (body) => {
      const { lifeMs, expire } = tokensSchema.parse(JSON.parse(body));
      if (lifeMs !== undefined) setTokenLife(lifeMs ?? undefined);
      if (expire) expireTokens();
      return { lifeMs, expire };
    },
    'POST prices': (body) => {
      const moves = pricesSchema.parse(JSON.parse(body));
      setPrices(moves ?? undefined);
      return { prices: moves };
    },
    'POST clear': () => {
      judge.clear();
      return {};
    },
  };
  return (method, path, body) => {
    const route = routes[`${method} ${path}`];
    if (!route) return { status: 404, body: { error: `known here: ${Object.keys(routes).join(', ')}` } };
    try {
      return { status: 200, body: route(body) };
    } catch (error) {
      return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  };
}
