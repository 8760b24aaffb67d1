import { joinAll, joinAny, type SweepReport, type WatchRule, WORDS, type Words } from '../../core/index.js';
import { db } from './en-db.js';
import { doctor } from './en-doctor.js';
import { jobs } from './en-jobs.js';

export interface MadeFacts {
  readonly id: string;
  readonly title: string;
  /** Further products of a group. */
  readonly more: number;
  readonly price: string;
  readonly rule: string;
  readonly every: string;
  readonly isReached: boolean;
  readonly isFarBelow: boolean;
  readonly paidDaily?: number;
}

export interface PlatformQuestion {
  readonly id: string;
  readonly platforms: readonly string[];
  readonly names: readonly string[];
  readonly command: string;
}

const words = WORDS.en;

const countAlerts = ({ length }: SweepReport['alerts']) => `${length} ${length === 1 ? 'alert' : 'alerts'}`;

/** What the command line says, in English. Its shape is what every language has; help of commands stands with them. */
export const en = {
  help: {
    about: (marketplaces: readonly string[]): string =>
      `Product data of ${joinAll(marketplaces)}: price, sales, stock, variants`,
    examples: 'Examples:',
    exitCodes: 'Exit codes:',
    more: 'More:',
    language: 'language of what people read: zh or en',
    seeHelp: '(see --help)',
    version: 'print the version',
  },
  exitCodes: {
    ok: 'all found, or done',
    notAllOk: 'something was not found or failed; a job stopped and can be resumed',
    usage: 'the command or the settings are wrong; nothing was sent',
    interrupted: 'interrupted',
  },
  sandbox: {
    begins: 'Sandbox: everything below is simulated data.',
    unused: ' Your credentials are not used.',
    mark: '[SIMULATED DATA]',
    listing: 'Simulated data.',
    serves: (origin: string): string => `Sandbox on ${origin}: every answer is simulated. Ctrl-C ends it.`,
    portTaken: (port: number | undefined): string =>
      `The port ${port} is taken by another program. Give another one, or leave --port out for a free one.`,
    portRefused: (port: number | undefined): string =>
      `The port ${port} may not be used by this user. Give another one, or leave --port out for a free one.`,
  },
  /** Where a setting does not do what it was written for. */
  settings: {
    line: (file: string, line: number): string => `${file}, line ${line}: `,
    noEquals: (name: string | undefined): string =>
      `this line sets nothing: there is no "=".${name ? ` Write ${name}=value.` : ''}`,
    wideSign: (name: string | undefined): string =>
      `this line sets nothing: the sign after ${name ?? 'the name'} is full-width. Write ${name ?? 'NAME'}=value.`,
    encoding: (file: string): string =>
      `${file} is neither UTF-8, UTF-16 nor GBK, and was not read. Save it as UTF-8.`,
    access: (file: string): string => `${file} cannot be read. Check its permissions.`,
    ignoredProxy: (file: string, name: string): string =>
      `${file}: ${name} is ignored here, because a file in a folder must not redirect your calls. Set it in the environment.`,
    ignoredAddress: (file: string, name: string): string =>
      `${file}: ${name} is ignored, because the credentials that would be sent there are not in the same file.`,
    unknown: (name: string, nearest: string | undefined, file: string | undefined): string =>
      `${file ? `${file}: ` : ''}${name} is not a setting of bijia.${nearest ? ` Did you mean ${nearest}?` : ''}`,
    advice: 'Correct or remove it; .env.example lists every setting.',
  },
  jobs,
  doctor,
  interrupted: 'Interrupted.',
  output: {
    cannotWrite: (code: string | undefined): string => `The output cannot be written (${code}).`,
  },
  card: {
    moreVariants: (count: number): string => `… ${words.exact(count)} more: --full`,
    upstreamSaid: (said: string | undefined, trace: string | undefined): string =>
      [said && `The source says: "${said}"`, trace && `call ID ${trace}`].filter(Boolean).join(' · '),
    billed: (count: number): string => `Billed: ${words.counts.calls(count)}.`,
  },
  /** Whose ID it is must be said. */
  platformNeeded: ({ id, platforms, names, command }: PlatformQuestion): string => {
    const [first, ...others] = platforms;
    const rest = others.length > 0 ? ` (or ${others.join(', ')})` : '';
    const what = others.length > 0 ? `could be ${joinAny(names)}` : 'is an ID without its marketplace';
    return `${id} ${what}. Run: bijia ${command} ${id} --platform ${first}${rest}`;
  },
  get: { nothingGiven: 'Nothing was given. Put a link, share text or ID on each line of stdin.' },
  resolve: {
    nothingGiven: 'Nothing was given. Try: bijia resolve "https://…"',
    nothingRecognised: 'nothing recognised',
    plainLines: (count: number): string =>
      `${words.counts.lines(count)} ${count === 1 ? 'is' : 'are'} read as plain text: neither a JSON string nor {"text": …}.`,
  },
  listing: {
    summary: (count: number, total: number | undefined, shop: string): string =>
      `${total === undefined ? '' : `${words.exact(count)} of `}${words.counts.products(total ?? count)} of ${shop}`,
    unnamed: (id: string): string => `shop ${id}`,
    withoutId: (count: number): string => `; ${words.counts.rows(count)} had no id`,
    more: (cursor: string): string => `More: --cursor ${cursor}, or --all`,
  },
  link: {
    nothing: 'There is no product link in this text.',
    stays: (link: string, why: string): string => `Not replaced: ${link}\n  ${why}`,
    withoutSubId: (link: string): string =>
      `Replaced, but without your mark, which the marketplace refused: ${link}`,
    noFile: (path: string): string => `There is no file ${path}. Give its name, a text with links, or -.`,
    tooLarge: 'This file is larger than 1 MB. Give a shorter text.',
  },
  search: {
    nothing: 'Nothing was found. Try fewer or other words.',
    unsearched: (why: string): string => why,
    more: (cursor: string): string => `More: --cursor ${cursor}`,
  },
  watch: {
    nothingGiven: 'Nothing was given. Try: bijia watch "https://…" --below 5000',
    none: 'No price alerts are set. Set one: bijia watch "https://…" --below 5000',
    noIds: 'Which alert? Give its id, or --all. bijia watches lists them.',
    idsOrAll: 'Give IDs or --all, not both.',
    unknown: (id: string): string => `There is no alert ${id}. bijia watches lists them.`,
    watched: (count: number, due: number): string =>
      `${words.exact(count)} price ${count === 1 ? 'alert is' : 'alerts are'} set; ${words.counts.products(due)} due now.`,
    swept: ({ looks, calls, failed, alerts, isBehind }: SweepReport): string =>
      `${looks === 0 && alerts.length > 0 ? `No look was needed for ${countAlerts(alerts)}: others had asked about these products.` : `${words.counts.products(looks)} looked at with ${words.counts.calls(calls)}; ${failed} failed; ${countAlerts(alerts)}.`}${isBehind ? ' The rest is left to the next run.' : ''}`,
    waits: (time: string): string => `The share of the quota is used up; continuing in ${time}.`,
    reported: (count: number, path: string): string =>
      `${words.counts.products(count)} changed since the last report: ${path}`,
    looked: (time: string): string => `Prices were last checked at ${time}.`,
    noRunner:
      'Nobody has checked prices in the last day. Run: bijia watch run --follow, or keep bijia telegram running; with a shared database, bijia worker.',
    doubtful: (id: string, time: string, isLost: boolean): string =>
      `${id}: the alert of ${time} ${isLost ? 'could not be sent' : 'may not have arrived; it is not sent again'}.`,
    group: (title: string, more: number): string => `${title} (+${more})`,
    atLine: (line: number, text: string): string => `Line ${line}: ${text}`,
    refused: (count: number): string => `${count} could not be set.`,
    lost: (id: string, title: string): string =>
      `${id}: no price of ${title} for three days; from now on it is checked once a day.`,
    notLooked: 'not checked yet',
    madeMany: (count: number, every: string): string =>
      `${words.exact(count)} price alerts set; each price is looked at about every ${every} by bijia watch run. bijia watches lists them.`,
    rule: (rule: WatchRule, { money, percent }: Words): string => {
      if (rule.kind === 'below') return `not above ${money(rule.fen)}`;
      if (rule.kind === 'low') return 'new low of 90 days';
      if (rule.kind === 'stock') return 'can be bought again';
      return rule.share === undefined ? 'any drop of 2% or more' : `drops by ${percent(rule.share * 100)}`;
    },
    made: ({ id, title, more, price, rule, every, ...facts }: MadeFacts): string =>
      [
        `${id}  ${title}${more > 0 ? ` (cheapest of ${more + 1})` : ''}`,
        `  now ${price}; told when: ${rule}${facts.isReached ? ' (reached now: told after it has been above)' : ''}; looked at about every ${every} by bijia watch run`,
        ...(facts.isFarBelow
          ? ['  Under 30% of the current price: is the target right? Set it again to change it.']
          : []),
        ...(facts.paidDaily === undefined
          ? []
          : [`  Each look costs one paid call; at most ${facts.paidDaily} a day for all alerts.`]),
      ].join('\n'),
  },
  history: {
    nothingGiven: 'Nothing was given. Try: bijia history "https://…"',
    compareNothing: 'Give at least two products, such as: bijia compare "https://…" "https://…"',
  },
  db,
  worker: {
    none: 'There is nothing to work on without a shared database: on one machine, bijia batch does its jobs itself. For several machines set BIJIA_DATABASE_URL; see docs/fleet.md.',
    unshared:
      'The sandbox belongs to its process and shares no jobs: unset BIJIA_SANDBOX, or use bijia batch.',
    begins: 'Working on the jobs and price alerts of the shared database. Ctrl-C ends it.',
    looked: ({ looks, failed, alerts }: SweepReport): string =>
      looks === 0
        ? `No look was needed for ${countAlerts(alerts)}: others had asked about these products.`
        : `Looked at ${words.counts.products(looks)} for price alerts: ${failed > 0 ? `${failed} failed, ` : ''}${countAlerts(alerts)}.`,
    goesOn: 'The shared database is back; the work continues.',
    ends: 'Ending: calls under way are finished first. Ctrl-C again ends at once.',
  },
  mcp: { first: 'mcp has to come first, without --lang before it: bijia mcp' },
  telegram: {
    begins: (username: string): string => `@${username} is at work. Ctrl-C ends it.`,
    ended: 'The bot has stopped.',
  },
  login: {
    open: 'Open this page as the owner of the shop, and allow the application:',
    paste: 'Then paste the address that the browser was sent to:',
    runAgain: (provider: string): string =>
      `Then run: bijia login ${provider} --code "<the address that the browser was sent to>"`,
    allowed: (days: number): string =>
      `Allowed. The token holds for ${words.counts.days(days)} and is renewed by itself as long as it is used.`,
    unknown: (given: string, known: readonly string[]): string =>
      `"${given}" needs no login. These do: ${known.map((id) => `bijia login ${id}`).join(', ')}.`,
    notConfigured: (provider: string, missing: readonly string[]): string =>
      `${provider} is not set up. Set ${joinAll(missing)} first.`,
    confirm: 'Open this page in the app of the marketplace, and confirm:',
    pressEnter: 'Then press Enter.',
    confirmed: 'Authorised.',
    notConfirmed: (provider: string): string =>
      `Not authorised yet. Once you have confirmed, run this again: bijia login ${provider}`,
    noCode: 'There is no code in this address. Paste the address that the browser was sent to.',
    otherAttempt: 'This address belongs to another attempt to log in. Open the link above and try again.',
  },
  setup: {
    found: 'Hosts on this machine:',
    noneFound: 'None of the hosts that bijia knows was found. They are:',
    window: '(entered in a window)',
    next: 'Next: bijia setup <host> shows what to add; with --write it is added.',
    unknown: (given: string, nearest: string | undefined, known: readonly string[]): string =>
      `There is no host "${given}".${nearest ? ` Did you mean ${nearest}?` : ''} Known: ${known.join(', ')}.`,
    pasteInto: (path: string): string => `Add this to ${path}, or run the command again with --write:`,
    pasteInWindow: (name: string): string => `${name} takes this in its settings, under MCP servers:`,
    refused: (path: string): string =>
      `${path} is not plain JSON (broken, or with comments), and was left as it is. Add the block above by hand.`,
    written: (path: string, copy: string | undefined): string =>
      `Wrote ${path}.${copy ? ` What was there is kept in ${copy}.` : ''}`,
    upToDate: (path: string): string => `${path} starts bijia already; nothing was changed.`,
    restart: (name: string): string => `Restart ${name}, then ask it what a product costs.`,
    noEnvFile: (path: string): string => `There is no file ${path}. Check --env-file.`,
    withoutEnvFile:
      'No .env in this folder: the server gets no credentials. Fill one in (see .env.example) and name it with --env-file.',
  },
  demo: {
    overMcp: 'An assistant calls get_product, through a real MCP client over stdio:',
    nextSteps: `Everything above was simulated by the sandbox. Next:
  npm start -- '<link>'                          look up any link in the sandbox
  BIJIA_SANDBOX=1 node dist/cli.js get '<link>'  the same with the command itself
  node dist/cli.js --help                        all commands
With credentials, copy .env.example to .env, fill it in, and leave BIJIA_SANDBOX out:
  node dist/cli.js doctor                        says what is still missing
  node dist/cli.js get '<link>'                  real data`,
  },
};

export type Texts = typeof en;
