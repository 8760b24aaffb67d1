import { NotFoundError, toBijiaError } from '../errors.js';
import type { Upstream } from '../lookup/upstream.js';
import { type CallOptions, NOT_PERMITTED, type Probe } from '../provider.js';
import type { PaidCalls } from '../state/paid-calls.js';
import type { Bilingual } from '../words/bilingual.js';
import { say } from '../words/doctor.js';
import { type Check, toProblem } from './check.js';
import { listOtherProcesses } from './examine-machine.js';
import { type RecordedAnswer, toRecordedAnswer } from './record.js';

/** Upstreams have been seen to tolerate 6 to 10 minutes. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

export interface ExamineOptions {
  /** Where other processes of this machine are seen; undefined where several machines share a database. */
  readonly stateDir: string | undefined;
  /** Asked before a probe that costs money. */
  readonly mayPay: (provider: string, probe: Bilingual) => Promise<boolean>;
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
  const name = say((words) => words.configuration);
  yield { area, name, status: 'ok', found: describeSettings(upstream) };
  let hasFailed = false;
  for (const probe of upstream.connection.probes ?? []) {
    const check: Check = hasFailed
      ? skip(
          area,
          probe.name,
          say((words) => words.notTried),
        )
      : await runProbe(upstream, probe, callOptions, options);
    hasFailed ||= check.status === 'problem' && !probe.isApart;
    yield upstream.isSandbox ? { ...check, sandbox: true } : check;
  }
  const assumptions = listAssumptions(upstream);
  if (assumptions.length > 0) {
    const found = {
      en: assumptions.map(({ en }) => en).join('; '),
      zh: assumptions.map(({ zh }) => zh).join('；'),
    };
    yield { area, name: say((words) => words.assumptions), status: 'info', found };
  }
  yield examineClock(area, upstream.clockAheadMs);
  yield* examinePermits(upstream, options.stateDir);
  if (upstream.paidCalls) yield await examinePaidCalls(area, upstream.paidCalls);
}

/** Those of the dialect that is spoken. */
function listAssumptions({ provider, values }: Upstream): readonly Bilingual[] {
  const { assumptions = [] } = provider;
  return assumptions.filter(({ dialect }) => dialect === undefined || dialect === values['dialect']);
}

/** For a source that cannot be asked for a reason that was told before. */
export function skipUpstream({ provider }: Upstream): Check {
  return skip(
    provider.id,
    say((words) => words.configuration),
    say((words) => words.notTried),
  );
}

async function runProbe(
  { provider }: Upstream,
  { name, cost, run, isApart }: Probe,
  callOptions: CallOptions,
  { mayPay }: ExamineOptions,
): Promise<Check> {
  const area = provider.id;
  if (cost === 'paid' && !(await mayPay(area, name))) {
    const found = say((words) => words.costsMoney);
    return skip(
      area,
      name,
      found,
      say((words) => words.allowIt),
    );
  }
  try {
    return { area, name, status: 'ok', found: addCost(await run(callOptions), cost) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) {
      const problem = toProblem(area, name, error, [provider]);
      // A right that is missing is an ordinary state: everything else works without it.
      return isApart && toBijiaError(error).code === NOT_PERMITTED ? { ...problem, status: 'info' } : problem;
    }
    const found = say((words) => words.acceptedWithoutFind);
    return { area, name, status: 'ok', found: addCost(found, cost) };
  }
}

const addCost = (found: Bilingual, cost: Probe['cost']): Bilingual => {
  const costs = say((words) => words.cost[cost]);
  return { en: `${found.en}; ${costs.en}`, zh: `${found.zh}；${costs.zh}` };
};

function skip(area: string, name: Bilingual, found: Bilingual, advice?: Bilingual): Check {
  return { area, name, status: 'skipped', found, ...(advice !== undefined && { advice }) };
}

/** What was chosen, by variable; nothing that is secret or names the account, and no address but unusual ones. */
function describeSettings({ provider, limit, values }: Upstream): Bilingual {
  const chosen = Object.entries(provider.settings).flatMap(
    ([name, { env, choices, isAddress, fallback }]) => {
      const isUnusual = isAddress && values[name] !== fallback;
      // Not `=`: what follows `SIGN=` is taken for a secret.
      return choices || isUnusual ? [`${env} ${values[name]}`] : [];
    },
  );
  return say(({ quota }) => [quota(limit.calls, limit.windowMs / 1000), ...chosen].join(', '));
}

function examineClock(area: string, aheadMs: number | undefined): Check {
  const name = say((words) => words.clock);
  if (aheadMs === undefined) {
    return skip(
      area,
      name,
      say((words) => words.noTimeTold),
    );
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (seconds * 1000 < CLOCK_TOLERANCE_MS) {
    return { area, name, status: 'ok', found: say(({ clockAgrees }) => clockAgrees(Math.max(seconds, 1))) };
  }
  return {
    area,
    name,
    status: 'problem',
    found: say(({ clockOff }) => clockOff(seconds, aheadMs > 0)),
    advice: say((words) => words.setClock),
  };
}

/** What today has cost, over all processes. */
async function examinePaidCalls(area: string, { ceiling, readToday }: PaidCalls): Promise<Check> {
  const name = say((words) => words.paidCalls);
  try {
    const { sent, billed } = await readToday();
    return { area, name, status: 'info', found: say(({ paidToday }) => paidToday(sent, billed, ceiling)) };
  } catch (error) {
    return toProblem(area, name, error);
  }
}

async function* examinePermits(upstream: Upstream, stateDir: string | undefined): AsyncGenerator<Check> {
  const area = upstream.provider.id;
  const name = say((words) => words.permits);
  try {
    const { inUse, effectiveCalls, limit, frozenForMs } = await upstream.limiter.status();
    if (frozenForMs > 0 || effectiveCalls < limit.calls) {
      const found = say(({ inUse: format, frozen, lowered }) => {
        const used = format(inUse, effectiveCalls);
        return frozenForMs > 0 ? frozen(used, Math.ceil(frozenForMs / 1000)) : lowered(used);
      });
      yield { area, name, status: 'problem', found, advice: say((words) => words.sharedKey) };
    } else {
      yield { area, name, status: 'ok', found: say((words) => words.inUse(inUse, effectiveCalls)) };
    }
  } catch (error) {
    yield toProblem(area, name, error);
    return;
  }
  if (stateDir === undefined) return;
  const others = listOtherProcesses(stateDir, upstream.identity);
  const found = say(({ noneShares, shares }) => (others.length === 0 ? noneShares : shares(others)));
  yield { area, name: say((words) => words.otherProcesses), status: 'info', found };
}
