import { mkdir, writeFile } from 'node:fs/promises';
import { arch, homedir, platform, release } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type Check,
  type CheckStatus,
  createReport,
  examine,
  examineNode,
  GENERAL_SETTINGS,
  InputError,
  providers,
  type RecordedAnswer,
  toProblem,
  toRecordName,
} from '../../core/index.js';
import { askPerson } from '../ask-person.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { openCore, toCoreOptions } from '../open-core.js';
import { padColumns, type Terminal } from '../output/terminal.js';
import type { SettingFault } from '../settings/environment.js';
import { describeSettingFault } from '../settings/faults.js';
import { TEXTS, type Texts } from '../words/index.js';

interface DoctorFlags {
  readonly json?: true;
  readonly yes?: true;
  readonly report?: string;
  readonly record?: string;
}

export function registerDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('look for what is wrong: configuration, clock, credentials, quota, proxies')
    .option('--json', 'print one JSON document')
    .option('--yes', 'do not ask before a probe that costs money')
    .option('--report <file>', 'also write a file to show to others, with all secrets removed')
    .option('--record <folder>', 'also keep what the upstreams answered, without secrets and people')
    .action(async (flags: DoctorFlags) => {
      const checks: Check[] = [];
      const recorded: RecordedAnswer[] = [];
      for await (const check of examineAll(context, flags, (answer) => recorded.push(answer))) {
        checks.push(check);
        if (!flags.json) printCheck(context.terminal, check);
      }
      const isWell = checks.every(({ status }) => status !== 'problem');
      if (flags.json) printJson(context, checks, isWell);
      else context.terminal.print(summarize(checks));
      if (flags.record !== undefined) await writeRecords(context, flags.record, recorded);
      if (flags.report !== undefined) await writeReport(context, flags.report, checks);
      context.exit(getExitCode(context, checks));
    });
}

function getExitCode({ signal }: CliContext, checks: readonly Check[]): ExitCode {
  if (signal.aborted) return EXIT.interrupted;
  const problems = checks.filter(({ status }) => status === 'problem');
  // Settings that cannot be read end every command in the same way.
  if (problems.some(({ area, name }) => area === 'configuration' && name === 'settings')) return EXIT.usage;
  return problems.length === 0 ? EXIT.ok : EXIT.notAllOk;
}

type OnRecord = (recorded: RecordedAnswer) => void;

async function* examineAll(
  context: CliContext,
  flags: DoctorFlags,
  onRecord: OnRecord,
): AsyncGenerator<Check> {
  yield* examineCore(context, flags, onRecord);
  if (context.signal.aborted) return;
  const { examineBot } = await import('../../telegram/examine-bot.js');
  yield* await examineBot(context.environment, context.signal);
}

async function* examineCore(
  context: CliContext,
  flags: DoctorFlags,
  onRecord: OnRecord,
): AsyncGenerator<Check> {
  const { terminal, signal } = context;
  const nodeVersion = process.versions.node;
  yield* context.settingFaults.map((fault) => toFaultCheck(fault, flags.json ? TEXTS.en : context.texts));
  const opened = await openCore(toCoreOptions(context)).catch((error: unknown) => ({ error }));
  if ('error' in opened) {
    yield examineNode(nodeVersion);
    yield toProblem('configuration', 'settings', opened.error);
    return;
  }
  try {
    yield* examine(opened.core, {
      nodeVersion,
      signal,
      onRecord: flags.record === undefined ? undefined : onRecord,
      mayPay: async (provider, probe) => flags.yes === true || mayPay(context, flags, provider, probe),
      onWait: (waitMs) => terminal.tell(`Waiting ${Math.ceil(waitMs / 1000)} s for the quota …`),
    });
  } finally {
    await opened.close();
  }
}

/** Many programs have variables of their own: an unknown name that is near to none of ours is only mentioned. */
function toFaultCheck(fault: SettingFault, texts: Texts): Check {
  const isForeign = fault.kind === 'unknown' && !fault.file && !fault.nearest;
  return {
    ...{ area: 'configuration', name: 'setting', status: isForeign ? 'info' : 'problem' },
    found: describeSettingFault(fault, texts),
    ...(!isForeign && { advice: texts.settings.advice }),
  };
}

async function mayPay(
  context: CliContext,
  flags: DoctorFlags,
  provider: string,
  probe: string,
): Promise<boolean> {
  if (flags.json) return false;
  const answer = await askPerson(context, `${provider}: ${probe} takes one paid call. Make it? [y/N]`);
  return /^y(es)?$/i.test(answer ?? '');
}

const MARKS: Readonly<Record<CheckStatus, readonly [mark: string, style: 'green' | 'dim' | 'red']>> = {
  ok: ['✓', 'green'],
  info: ['·', 'dim'],
  skipped: ['-', 'dim'],
  problem: ['✗', 'red'],
};
const AREA_WIDTH = 14;
const NAME_WIDTH = 16;

function printCheck(terminal: Terminal, { area, name, status, found, advice, sandbox }: Check): void {
  const [mark, style] = MARKS[status];
  const place = `${padColumns(area, AREA_WIDTH)}  ${padColumns(name, NAME_WIDTH)}`;
  const source = sandbox ? terminal.style('yellow', ' [SANDBOX]') : '';
  terminal.print(`${terminal.style(style, mark)} ${place}  ${found}${source}`);
  if (advice !== undefined) for (const line of advice.split('\n')) terminal.print(`    ${line}`);
}

function summarize(checks: readonly Check[]): string {
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const skipped = checks.filter(({ status }) => status === 'skipped').length;
  const unknown = skipped === 0 ? '' : ` ${skipped} not tried.`;
  if (problems === 0) return `No problem found.${unknown}`;
  return `${problems} ${problems === 1 ? 'problem' : 'problems'} found.${unknown}`;
}

function printJson({ terminal, version }: CliContext, checks: readonly Check[], ok: boolean): void {
  const sandbox = checks.some((check) => check.sandbox) || undefined;
  terminal.printJson({ ok, version, checks, sandbox });
}

async function writeRecords(
  { cwd, terminal }: CliContext,
  folder: string,
  recorded: readonly RecordedAnswer[],
): Promise<void> {
  const path = resolve(cwd, folder);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    for (const [at, answer] of recorded.entries()) {
      const text = `${JSON.stringify(answer, undefined, 2)}\n`;
      await writeFile(join(path, toRecordName(answer, at + 1)), text, { mode: 0o600 });
    }
  } catch (cause) {
    throw new InputError(`The answers cannot be written to ${path}.`, { cause });
  }
  terminal.tell(
    `Wrote ${recorded.length} answers to ${path}. Read them once before you show them to anybody.`,
  );
}

async function writeReport(context: CliContext, file: string, checks: readonly Check[]): Promise<void> {
  const { environment, version, cwd, terminal } = context;
  const { TELEGRAM_SETTINGS } = await import('../../telegram/settings.js');
  const report = createReport({
    version,
    nodeVersion: process.versions.node,
    platform: `${platform()} ${release()} ${arch()}`,
    atMs: Date.now(),
    environment,
    settings: [GENERAL_SETTINGS, ...providers.map(({ settings }) => settings), TELEGRAM_SETTINGS],
    checks,
    homeDir: homedir(),
  });
  const path = resolve(cwd, file);
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  await writeFile(path, text, { mode: 0o600 }).catch((cause: unknown) => {
    throw new InputError(`The report cannot be written to ${path}.`, { cause });
  });
  terminal.tell(`Wrote ${path}. Read it once before you show it to anybody.`);
}
