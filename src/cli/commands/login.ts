import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { ConfigError, type Core, countOf, InputError, providers } from '../../core/index.js';
import { askPerson } from '../ask-person.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { runWithCore } from '../run-with-core.js';

const DAY_MS = 86_400_000;
const withLogin = () => providers.filter(({ login }) => login !== undefined).map(({ id }) => id);

export function registerLogin(program: Command, context: CliContext): void {
  program
    .command('login')
    .description('let a person allow the application to see what is theirs')
    .argument('<provider>', `which provider: ${withLogin().join(' or ')}`)
    .option('--code <code>', 'the code, or the whole address that the browser was sent to')
    .action((provider: string, { code }: { readonly code?: string }) => {
      checkProvider(provider);
      return runWithCore(context, (core) => login(context, core, provider, code));
    });
}

async function login(
  context: CliContext,
  core: Core,
  provider: string,
  given: string | undefined,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  const { formatLink, exchange } = getLogin(core, provider);
  const state = randomBytes(12).toString('hex');
  if (given === undefined) {
    terminal.tell('Open this page as the owner of the shop, and allow the application:');
    terminal.print(formatLink(state));
  }
  const pasted = given ?? (await askPerson(context, 'Then paste the address that the browser was sent to:'));
  if (!pasted) {
    terminal.tell(`Then run: bijia login ${provider} --code "<the address that the browser was sent to>"`);
    return EXIT.notAllOk;
  }
  const code = parseCode(pasted, given === undefined ? state : undefined);
  const { lifeMs } = await exchange(code, { lane: 'interactive', signal });
  const days = Math.round((lifeMs / DAY_MS) * 10) / 10;
  terminal.tell(
    `Allowed. The token holds for ${countOf(days, 'day')} and is renewed by itself as long as it is used.`,
  );
  return EXIT.ok;
}

function checkProvider(provider: string): void {
  const known = withLogin();
  if (known.includes(provider)) return;
  throw new InputError(`"${provider.slice(0, 40)}" needs no login. Known: ${known.join(', ')}.`);
}

function getLogin(core: Core, provider: string) {
  const source = core.upstreams.find((one) => one.provider.id === provider);
  if (source?.login) return source.login;
  const missing = core.config.unconfigured.find((one) => one.provider.id === provider)?.missing ?? [];
  throw new ConfigError(`${provider} is not configured. Set ${missing.join(' and ')} first.`);
}

/**
 * @param pasted a code, or an address with one in it
 * @param state what was sent with the link; undefined when that was another run
 * @throws InputError
 */
export function parseCode(pasted: string, state: string | undefined): string {
  const text = pasted.trim();
  if (!URL.canParse(text)) return text;
  const { searchParams } = new URL(text);
  const code = searchParams.get('code');
  if (!code)
    throw new InputError('There is no code in this address. Paste the one that begins the redirect.');
  const returned = searchParams.get('state');
  if (state === undefined || returned === null || returned === state) return code;
  throw new InputError(
    'This address belongs to another attempt to log in. Open the link above and try again.',
  );
}
