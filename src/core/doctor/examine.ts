import type { Core } from '../core.js';
import { GENERAL_SETTINGS } from '../general-settings.js';
import type { Upstream } from '../lookup/upstream.js';
import { say } from '../words/doctor.js';
import { type Check, mapTexts } from './check.js';
import { examineDatabase } from './examine-database.js';
import { examineHistory } from './examine-history.js';
import { examineNode, examineStateFolder } from './examine-machine.js';
import { examineProxies } from './examine-proxies.js';
import { type ExamineOptions, examineUpstream, skipUpstream } from './examine-upstream.js';
import { sideBySide } from './side-by-side.js';

/** Whom to ask before a paid probe, and what the caller knows of the machine. */
export interface DoctorOptions extends Omit<ExamineOptions, 'stateDir'> {
  /** Such as `20.18.1`. */
  readonly nodeVersion: string;
}

/** Looks at everything that has to be right, cheapest first. Secrets are redacted. */
export async function* examine(core: Core, options: DoctorOptions): AsyncGenerator<Check> {
  for await (const check of examineAll(core, options)) yield mapTexts(check, core.redact);
}

async function* examineAll(core: Core, options: DoctorOptions): AsyncGenerator<Check> {
  const { httpsProxy, httpProxy } = core.config.general;
  yield examineNode(options.nodeVersion);
  yield* examineStateFolder(core.stateDir);
  yield* await examineHistory(core.stateDir, {
    isOn: core.config.general.history,
    isShared: core.inspectDatabase !== undefined,
  });
  const database = core.inspectDatabase && (await examineDatabase(core.inspectDatabase));
  if (database) yield* database;
  yield* await examineProxies([
    { env: GENERAL_SETTINGS.httpsProxy.env, value: httpsProxy },
    { env: GENERAL_SETTINGS.httpProxy.env, value: httpProxy },
  ]);
  yield* examineConfiguration(core);
  // Without the database no call leaves: what every source would say has been said.
  const isAway = database !== undefined && (database.length === 1 || !(await canAsk(core)));
  const stateDir = database ? undefined : core.stateDir;
  if (isAway) yield* core.upstreams.map(skipUpstream);
  else yield* examineUpstreams(core.upstreams, { ...options, stateDir });
}

/**
 * All at once, since each may have to wait for an answer from afar; told in their order. A person is asked about a source, and gets
 * what is recorded of it, when it is told.
 */
async function* examineUpstreams(
  upstreams: readonly Upstream[],
  options: ExamineOptions,
): AsyncGenerator<Check> {
  const { mayPay, onRecord, onWait } = options;
  const leaving = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
  let longestMs = 0;
  const turns = upstreams.map(createTurn);
  const begin = (upstream: Upstream, at: number) =>
    examineUpstream(upstream, {
      ...{ ...options, signal },
      mayPay: async (provider, probe) => {
        await turns[at]?.come;
        return !signal.aborted && mayPay(provider, probe);
      },
      onRecord: onRecord && ((recorded) => turns[at]?.inTurn(() => onRecord(recorded))),
      // They wait side by side.
      onWait: (waitMs) => {
        if (waitMs > longestMs) onWait?.(waitMs);
        longestMs = Math.max(longestMs, waitMs);
      },
    });
  const onTurn = (at: number) => turns[at]?.begin();
  const onEnd = () => {
    leaving.abort();
    for (const turn of turns) turn.begin();
  };
  for await (const check of sideBySide(upstreams.map(begin), { onTurn, onEnd })) {
    yield check;
    if (signal.aborted) return;
  }
}

/** What has to wait until a source is told. */
function createTurn() {
  let begin = (): void => undefined;
  const come = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return { come, begin, inTurn: (work: () => void) => void come.then(work) };
}

/** A database that has not seen a key before lets none of its calls leave for a while: all of them wait at once. */
const canAsk = ({ upstreams }: Core): Promise<boolean> =>
  Promise.all(upstreams.map(({ limiter }) => limiter.status())).then(
    () => true,
    () => false,
  );

function* examineConfiguration({ config: { configured, unconfigured } }: Core): Generator<Check> {
  if (configured.length === 0) {
    yield {
      area: 'configuration',
      name: say((words) => words.sources),
      status: 'problem',
      found: say((words) => words.noneConfigured),
      advice: say(({ setOne, allOf }) => setOne(unconfigured.map(({ missing }) => allOf(missing)))),
    };
    return;
  }
  for (const { provider, missing } of unconfigured) {
    const found = say(({ notConfigured, allOf }) => notConfigured(allOf(missing)));
    yield { area: provider.id, name: say((words) => words.configuration), status: 'info', found };
  }
}
