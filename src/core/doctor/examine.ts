import { GENERAL_SETTINGS } from '../config.js';
import type { Core } from '../core.js';
import { say } from '../words/doctor.js';
import { type Check, mapTexts } from './check.js';
import { examineDatabase } from './examine-database.js';
import { examineHistory } from './examine-history.js';
import { examineNode, examineStateFolder } from './examine-machine.js';
import { examineProxies } from './examine-proxies.js';
import { type ExamineOptions, examineUpstream, skipUpstream } from './examine-upstream.js';

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
  for (const upstream of core.upstreams) {
    if (options.signal?.aborted) return;
    yield* isAway ? [skipUpstream(upstream)] : examineUpstream(upstream, { ...options, stateDir });
  }
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
