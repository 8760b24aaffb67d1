import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { ConfigError, type Core, InputError, providers, USAGE } from '../../core/index.js';
import { askPerson } from '../ask-person.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { runWithCore } from '../run-with-core.js';
import type { Texts } from '../words/index.js';

const DAY_MS = 86_400_000;
const listLogins = () => providers.filter((one) => one.login ?? one.consent).map(({ id }) => id);

export function registerLogin(program: Command, context: CliContext): void {
  program
    .command('login')
    .description('authorise bijia: to read your own shop, or to be a promoter')
    .argument('<provider>', `which provider: ${listLogins().join(' or ')}`)
    .option('--code <code>', 'the code, or the whole address that the browser was sent to')
    .action((provider: string, { code }: { readonly code?: string }) => {
      checkProvider(provider, context.texts.login);
      return runWithCore(context, (core) => login(context, core, provider, code));
    });
}

async function login(
  context: CliContext,
  core: Core,
  provider: string,
  given: string | undefined,
): Promise<ExitCode> {
  const { terminal, texts, signal } = context;
  const consent = core.upstreams.find((one) => one.provider.id === provider)?.consent;
  if (consent) return askConsent(context, provider, consent);
  const { formatLink, exchange } = getLogin(core, provider, texts.login);
  const state = randomBytes(12).toString('hex');
  if (given === undefined) {
    terminal.tell(texts.login.open);
    terminal.print(formatLink(state));
  }
  const pasted = given ?? (await askPerson(context, texts.login.paste));
  if (!pasted) {
    terminal.tell(texts.login.runAgain(provider));
    return EXIT.notAllOk;
  }
  const code = parseCode(pasted, given === undefined ? state : undefined, texts.login);
  const { lifeMs } = await exchange(code, { lane: 'interactive', signal });
  const days = Math.round((lifeMs / DAY_MS) * 10) / 10;
  terminal.tell(texts.login.allowed(days));
  return EXIT.ok;
}

type AskedConsent = NonNullable<Core['upstreams'][number]['consent']>;

/** A page to confirm on, without a code that comes back: the upstream says whether somebody has. */
async function askConsent(
  context: CliContext,
  provider: string,
  { getPage, isGiven }: AskedConsent,
): Promise<ExitCode> {
  const { terminal, texts, signal } = context;
  const options = { lane: 'interactive', signal } as const;
  let isDone = await isGiven(options);
  if (!isDone) {
    terminal.tell(texts.login.confirm);
    terminal.print(await getPage(options));
    const answer = await askPerson(context, texts.login.pressEnter);
    isDone = answer !== undefined && (await isGiven(options));
  }
  terminal.tell(isDone ? texts.login.confirmed : texts.login.notConfirmed(provider));
  return isDone ? EXIT.ok : EXIT.notAllOk;
}

type LoginTexts = Texts['login'];

function checkProvider(provider: string, texts: LoginTexts): void {
  const known = listLogins();
  if (!known.includes(provider))
    throw new InputError(texts.unknown(provider.slice(0, 40), known), { code: USAGE });
}

function getLogin(core: Core, provider: string, texts: LoginTexts) {
  const source = core.upstreams.find((one) => one.provider.id === provider);
  if (source?.login) return source.login;
  const missing = core.config.unconfigured.find((one) => one.provider.id === provider)?.missing ?? [];
  throw new ConfigError(texts.notConfigured(provider, missing), { code: USAGE });
}

/**
 * @param pasted a code, or an address with one in it
 * @param state what was sent with the link; undefined when that was another run
 * @throws InputError
 */
export function parseCode(pasted: string, state: string | undefined, texts: LoginTexts): string {
  const text = pasted.trim();
  if (!URL.canParse(text)) return text;
  const { searchParams } = new URL(text);
  const code = searchParams.get('code');
  if (!code) throw new InputError(texts.noCode, { code: USAGE });
  const returned = searchParams.get('state');
  if (state === undefined || returned === null || returned === state) return code;
  throw new InputError(texts.otherAttempt, { code: USAGE });
}
