import { NotFoundError, toBijiaError } from '../errors.js';
import type { Upstream } from '../lookup/upstream.js';
import type { CallOptions, Probe } from '../provider.js';
import type { PaidCalls } from '../state/paid-calls.js';
import { type Check, toProblem } from './check.js';
import { listOtherProcesses } from './examine-machine.js';
import { type RecordedAnswer, toRecordedAnswer } from './record.js';

/** Upstreams have been seen to tolerate 6 to 10 minutes. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** What providers call the error that says that the application may not call an interface. */
const NOT_PERMITTED = 'interface_not_permitted';
const COSTS: Readonly<Record<Probe['cost'], string>> = {
  nothing: 'free',
  quota: 'took one call of the quota',
  paid: 'took one paid call',
};

export interface ExamineOptions {
  readonly stateDir: string;
  /** Asked before a probe that costs money. */
  readonly mayPay: (provider: string, probe: string) => Promise<boolean>;
  readonly signal?: AbortSignal;
  /** Receives what the upstream answers to the probes, without secrets and people. */
  readonly onRecord?: (recorded: RecordedAnswer) => void;
  /** Called when a probe has to wait for the quota. */
  readonly onWait?: (waitMs: number) => void;
}

/** Probes of a source one after the other, until one fails; then its clock, its permits, and who shares them. */
export async function* examineUpstream(upstream: Upstream, options: ExamineOptions): AsyncGenerator<Check> {
  const area = upstream.provider.id;
  const callOptions: CallOptions = {
    lane: 'interactive',
    signal: options.signal,
    onWait: options.onWait,
    raw: options.onRecord !== undefined,
    onAnswer: (heard) => {
      const recorded = toRecordedAnswer(area, heard, upstream.isSandbox);
      if (recorded) options.onRecord?.(recorded);
    },
  };
  yield { area, name: 'configuration', status: 'ok', found: describeSettings(upstream) };
  let hasFailed = false;
  for (const probe of upstream.connection.probes ?? []) {
    const check: Check = hasFailed
      ? skip(area, probe.name, 'not tried after the failure above')
      : await runProbe(upstream, probe, callOptions, options);
    hasFailed ||= check.status === 'problem' && !probe.isApart;
    yield upstream.isSandbox ? { ...check, sandbox: true } : check;
  }
  const { assumptions = [] } = upstream.provider;
  if (assumptions.length > 0) {
    yield { area, name: 'assumptions', status: 'info', found: assumptions.join('; ') };
  }
  yield examineClock(area, upstream.clockAheadMs);
  yield* examinePermits(upstream, options.stateDir);
  if (upstream.paidCalls) yield await examinePaidCalls(area, upstream.paidCalls);
}

async function runProbe(
  { provider: { id: area } }: Upstream,
  { name, cost, run, isApart }: Probe,
  callOptions: CallOptions,
  { mayPay }: ExamineOptions,
): Promise<Check> {
  if (cost === 'paid' && !(await mayPay(area, name))) {
    return skip(area, name, 'it takes one paid call', 'Add --yes to allow it.');
  }
  try {
    return { area, name, status: 'ok', found: `${await run(callOptions)}; ${COSTS[cost]}` };
  } catch (error) {
    if (!(error instanceof NotFoundError)) {
      const problem = toProblem(area, name, error);
      // A right that is missing is an ordinary state: everything else works without it.
      return isApart && toBijiaError(error).code === NOT_PERMITTED ? { ...problem, status: 'info' } : problem;
    }
    const found = `accepted, though nothing was found; ${COSTS[cost]}`;
    return { area, name, status: 'ok', found };
  }
}

function skip(area: string, name: string, found: string, advice?: string): Check {
  return { area, name, status: 'skipped', found, ...(advice !== undefined && { advice }) };
}

/** What was chosen, by variable; nothing that is secret or names the account, and no address but unusual ones. */
function describeSettings({ provider, limit, values }: Upstream): string {
  const chosen = Object.entries(provider.settings).flatMap(
    ([name, { env, choices, isAddress, fallback }]) => {
      const isUnusual = isAddress && values[name] !== fallback;
      return choices || isUnusual ? [`${env}=${values[name]}`] : [];
    },
  );
  return [`${limit.calls} calls in ${limit.windowMs / 1000} s`, ...chosen].join(', ');
}

function examineClock(area: string, aheadMs: number | undefined): Check {
  const name = 'clock';
  if (aheadMs === undefined) return skip(area, name, 'no answer told the time');
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (seconds * 1000 < CLOCK_TOLERANCE_MS) {
    return { area, name, status: 'ok', found: `agrees with the upstream's to ${Math.max(seconds, 1)} s` };
  }
  return {
    area,
    name,
    status: 'problem',
    found: `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the upstream's`,
    advice: 'Set the clock of this machine, best by NTP: upstreams refuse calls that are a few minutes off.',
  };
}

/** What today has cost, over all processes. */
async function examinePaidCalls(area: string, { ceiling, readToday }: PaidCalls): Promise<Check> {
  const { sent, billed } = await readToday();
  const found = `today ${sent} sent, ${billed} of them billed; ${ceiling === undefined ? 'no ceiling' : `ceiling ${ceiling}`}`;
  return { area, name: 'paid calls', status: 'info', found };
}

async function* examinePermits(upstream: Upstream, stateDir: string): AsyncGenerator<Check> {
  const area = upstream.provider.id;
  const name = 'permits';
  try {
    const { inUse, effectiveCalls, limit, frozenForMs } = await upstream.limiter.status();
    const found = `${inUse} of ${effectiveCalls} in use`;
    if (frozenForMs > 0 || effectiveCalls < limit.calls) {
      const frozen = `${found}, frozen for ${Math.ceil(frozenForMs / 1000)} s after the upstream throttled us`;
      const advice = 'Another program may be using the same key: stop it, or lower the quota in both.';
      yield {
        area,
        name,
        status: 'problem',
        found: frozenForMs > 0 ? frozen : `${found}, lowered after the upstream throttled us`,
        advice,
      };
    } else {
      yield { area, name, status: 'ok', found };
    }
  } catch (error) {
    yield toProblem(area, name, error);
  }
  const others = listOtherProcesses(stateDir, upstream.identity);
  const found = others.length === 0 ? 'none share this quota' : `share this quota: ${others.join(', ')}`;
  yield { area, name: 'other processes', status: 'info', found };
}
