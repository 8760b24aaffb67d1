import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, homedir, platform, release } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type Bilingual,
  type Check,
  createReport,
  examine,
  examineNode,
  formatCheck,
  GENERAL_SETTINGS,
  InputError,
  providers,
  type RecordedAnswer,
  say,
  toProblem,
  toRecordName,
} from '../../core/index.js';
import { askPerson } from '../ask-person.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { openCore, toCoreOptions } from '../open-core.js';
import { printCheck } from '../output/print-check.js';
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
        if (!flags.json) printCheck(context, check);
      }
      const isWell = checks.every(({ status }) => status !== 'problem');
      if (flags.json) printJson(context, checks, isWell);
      else context.terminal.print(summarize(checks, context.texts));
      if (flags.record !== undefined) await writeRecords(context, flags.record, recorded);
      if (flags.report !== undefined) await writeReport(context, flags.report, checks);
      context.exit(getExitCode(context, checks));
    });
}

function getExitCode({ signal }: CliContext, checks: readonly Check[]): ExitCode {
  if (signal.aborted) return EXIT.interrupted;
  const problems = checks.filter(({ status }) => status === 'problem');
  // Settings that cannot be read end every command in the same way.
  if (problems.some(({ area, name }) => area === 'configuration' && name === SETTINGS)) return EXIT.usage;
  return problems.length === 0 ? EXIT.ok : EXIT.notAllOk;
}

const SETTINGS = say((words) => words.settings);

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
  const { terminal, signal, texts } = context;
  const nodeVersion = process.versions.node;
  yield* context.settingFaults.map(toFaultCheck);
  const opened = await openCore(toCoreOptions(context)).catch((error: unknown) => ({ error }));
  if ('error' in opened) {
    yield examineNode(nodeVersion);
    yield toProblem('configuration', SETTINGS, opened.error);
    return;
  }
  try {
    yield* examine(opened.core, {
      nodeVersion,
      signal,
      onRecord: flags.record === undefined ? undefined : onRecord,
      mayPay: async (provider, probe) => flags.yes === true || mayPay(context, flags, provider, probe),
      onWait: (waitMs) => terminal.tell(texts.doctor.waiting(waitMs)),
    });
  } finally {
    await opened.close();
  }
}

/** Many programs have variables of their own: an unknown name that is near to none of ours is only mentioned. */
function toFaultCheck(fault: SettingFault): Check {
  const isForeign = fault.kind === 'unknown' && !fault.file && !fault.nearest;
  return {
    ...{ area: 'configuration', name: say((words) => words.setting), status: isForeign ? 'info' : 'problem' },
    found: inBoth((texts) => describeSettingFault(fault, texts)),
    ...(!isForeign && { advice: inBoth(({ settings }) => settings.advice) }),
  };
}

const inBoth = (pick: (texts: Texts) => string): Bilingual => ({ en: pick(TEXTS.en), zh: pick(TEXTS.zh) });

async function mayPay(
  context: CliContext,
  flags: DoctorFlags,
  provider: string,
  probe: Bilingual,
): Promise<boolean> {
  if (flags.json) return false;
  const { language, texts } = context;
  const answer = await askPerson(context, texts.doctor.askToPay(provider, probe[language]));
  return /^(y(es)?|是)$/i.test(answer ?? '');
}

function summarize(checks: readonly Check[], { doctor }: Texts): string {
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const skipped = checks.filter(({ status }) => status === 'skipped').length;
  return doctor.summary(problems, skipped);
}

function printJson({ terminal, version }: CliContext, checks: readonly Check[], ok: boolean): void {
  const sandbox = checks.some((check) => check.sandbox) || undefined;
  terminal.printJson({ ok, version, checks: checks.map(formatCheck), sandbox });
}

async function writeRecords(
  { cwd, terminal, texts }: CliContext,
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
    throw createNotWritableError(path, cause);
  }
  terminal.tell(texts.doctor.wroteRecords(recorded.length, path));
}

async function writeReport(context: CliContext, file: string, checks: readonly Check[]): Promise<void> {
  const { environment, version, cwd, clock, terminal, texts } = context;
  const { TELEGRAM_SETTINGS } = await import('../../telegram/settings.js');
  const report = createReport({
    version,
    nodeVersion: process.versions.node,
    platform: `${platform()} ${release()} ${arch()}`,
    atMs: clock.now(),
    environment,
    readFile: (path) => readFileSync(path, 'utf8'),
    settings: [GENERAL_SETTINGS, ...providers.map(({ settings }) => settings), TELEGRAM_SETTINGS],
    checks,
    homeDir: homedir(),
  });
  const path = resolve(cwd, file);
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  await writeFile(path, text, { mode: 0o600 }).catch((cause: unknown) => {
    throw createNotWritableError(path, cause);
  });
  terminal.tell(texts.doctor.wroteReport(path));
}

const createNotWritableError = (path: string, cause: unknown) =>
  new InputError(`Cannot write to ${path}. Check the path and its permissions.`, {
    ...{ code: 'output_not_writable', facts: { path }, cause },
  });
