import * as z from 'zod';
import { ANSWER_FAULTS } from '../core/simulation/upstream.js';

/** Faults of the connection, played for any upstream. */
export const CONNECTION_FAULTS = ['status', 'reset', 'hang', 'garbage', 'slow', 'huge'] as const;

const faultSchema = z.strictObject({
  /** Which upstream, by its provider's id; all when absent. */
  upstream: z.string().optional(),
  /** The upstream's method name, or `token`. */
  method: z.string().optional(),
  /** Begin of the request's path, below the sandbox's origin. */
  path: z.string().optional(),
  /** One of the ids asked for. */
  id: z.string().optional(),
  kind: z.enum([...CONNECTION_FAULTS, ...ANSWER_FAULTS]),
  /** `status`: the HTTP status (500). `code`: which code of the upstream's table. */
  code: z.coerce.string().optional(),
  /** How often at most; without end when absent. */
  times: z.int().min(1).optional(),
  /** How likely, 0 to 1; always when absent. */
  rate: z.number().min(0).max(1).optional(),
  /** `slow`: how long the answer takes. */
  delayMs: z.number().min(0).optional(),
});

/** A fault to play, and for which calls. */
export type Fault = z.infer<typeof faultSchema>;

/** @throws ZodError */
export function parseFaults(value: unknown): Fault[] {
  return z.array(faultSchema).parse(value);
}

interface FaultTarget {
  readonly upstream: string;
  readonly name: string;
  readonly path: string;
  readonly ids: readonly string[];
}

export type FaultPlan = ReturnType<typeof createFaultPlan>;

function fits(fault: Fault, target: FaultTarget): boolean {
  return (
    (fault.upstream ?? target.upstream) === target.upstream &&
    (fault.method ?? target.name) === target.name &&
    target.path.startsWith(fault.path ?? '') &&
    (fault.id === undefined || target.ids.includes(fault.id))
  );
}

/** The faults still to be played. @param random from 0 to below 1 */
export function createFaultPlan(random: () => number) {
  let plan: { readonly fault: Fault; left: number }[] = [];
  let played = 0;
  return {
    /** Replaces all faults. */
    set: (faults: readonly Fault[]) => {
      plan = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    /** The first fault that fits this call, spent by asking. */
    take: (target: FaultTarget) => {
      const due = plan.find(
        ({ fault, left }) =>
          left > 0 && fits(fault, target) && (fault.rate === undefined || random() < fault.rate),
      );
      if (due === undefined) return undefined;
      due.left -= 1;
      played += 1;
      return due.fault;
    },
    /** How many were played. */
    played: () => played,
  };
}
