import { isDeepStrictEqual } from 'node:util';
import {
  GENERAL_SETTINGS,
  getColumns,
  type Marketplace,
  marketplaces,
  OUTCOMES,
  PRICE_KINDS,
  ProductJson,
  type Provider,
  providers,
  type Setting,
  type Settings,
} from '../../../src/core/index.js';
import { HTTP_SETTINGS } from '../../../src/mcp/http/settings.js';
import { TELEGRAM_SETTINGS } from '../../../src/telegram/settings.js';
import { CHINESE_COLUMNS } from './chinese-columns.js';
import { CHINESE_SETTINGS } from './chinese-settings.js';
import { formatGetting, formatStarting } from './installing.js';
import { FIELD_WORDS, type Language, OUTCOME_WORDS, PRICE_WORDS, TABLE_WORDS } from './words.js';

type Say = (word: keyof typeof TABLE_WORDS) => string;

/** The tables of the documents that follow from the registry and the schemas, by name. */
export function createParts(language: Language): Readonly<Record<string, string>> {
  const say: Say = (word) => TABLE_WORDS[word][language];
  return {
    getting: formatGetting(language),
    starting: formatStarting(),
    links: formatLinks(language, say),
    providers: formatProviders(language, say),
    environment: formatEnvironment(language, say),
    prices: formatTable(
      [say('priceKind'), say('meaning')],
      PRICE_KINDS.map((kind) => [code(kind), PRICE_WORDS[kind][language]]),
    ),
    outcomes: formatTable(
      [say('outcome'), say('meaning')],
      OUTCOMES.map((outcome) => [code(outcome), OUTCOME_WORDS[outcome][language]]),
    ),
    fields: formatTable(
      [say('field'), say('meaning')],
      ProductJson.keyof().options.map((field) => [code(field), FIELD_WORDS[field][language]]),
    ),
    columns: formatTable(
      [say('column'), say('meaning')],
      getColumns('sku').map(({ name, about }) => [
        code(name),
        (language === 'zh' && CHINESE_COLUMNS[name]) || about,
      ]),
    ),
  };
}

/** Puts each part between `<!-- generated:NAME -->` and `<!-- /generated -->`. @throws Error for an unknown name */
export function fillIn(text: string, parts: Readonly<Record<string, string>>): string {
  const pattern = /(<!-- generated:([a-z]+) -->\n).*?(<!-- \/generated -->)/gs;
  return text.replace(pattern, (_, begin: string, name: string, end: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`There is no generated part "${name}".`);
    return `${begin}\n${part}\n\n${end}`;
  });
}

/** A `.env` must not redirect anybody's calls, so they do nothing there. */
const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY'];

/** A file that may be copied to `.env` and filled in. */
export function formatEnvExample(): string {
  const groups = listGroups('en').map(({ title, settings }) => {
    const offered = Object.values(settings).filter(({ env }) => !PROXIES.includes(env));
    const lines = offered.flatMap((setting) => [
      `# ${setting.about}${setting.credential ? '' : formatHint(setting)}`,
      `#${setting.env}=${formatDefault(setting) ?? ''}`,
    ]);
    return [`# --- ${title} ---`, ...lines].join('\n');
  });
  const head = [
    '# Copy to .env, remove the # of what you need, and fill it in. Nothing here is needed to try the sandbox.',
    '# Each variable may also be read from a file: JD_UNION_APP_SECRET_FILE=/run/secrets/jd, and so on.',
    '# URLs are used only if this file also sets the secrets sent to them. Proxies are set in the environment, not here.',
  ].join('\n');
  return `${[head, ...groups].join('\n\n')}\n`;
}

const code = (text: string) => `\`${text}\``;

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const toLine = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [toLine(head), `|${'---|'.repeat(head.length)}`, ...rows.map(toLine)].join('\n');
}

function formatLinks(language: Language, say: Say): string {
  const rows = marketplaces.flatMap((marketplace) =>
    (['product', 'shop', 'short'] as const).flatMap((kind) => {
      const forms = marketplace.links.filter((rule) => rule.kind === kind).map(({ form }) => code(form));
      const answered = listAnswering(marketplace, kind, say);
      return forms.length === 0
        ? []
        : [[marketplace.names[language], say(kind), forms.join('<br>'), answered]];
    }),
  );
  return formatTable([say('marketplace'), say('leadsTo'), say('forms'), say('answeredBy')], rows);
}

function listAnswering(marketplace: Marketplace, kind: 'product' | 'shop' | 'short', say: Say): string {
  const own = providers.filter((provider) => provider.marketplace === marketplace);
  if (kind === 'short') return own.length > 0 ? say('opened') : say('notYet');
  const able = own.filter(({ capabilities }) => capabilities.includes(kind)).map(({ id }) => code(id));
  return able.join(', ') || say('notYet');
}

function formatProviders(language: Language, say: Say): string {
  const rows = providers.map((provider) => [
    `${code(provider.id)} ${provider.names[language]}`,
    provider.marketplace.names[language],
    provider.capabilities.map((offer) => say(offer)).join(', '),
    listCredentials(provider).map(code).join(', '),
    formatQuota(provider),
    listDialects(provider).map(code).join(', ') || '–',
  ]);
  const head = ['provider', 'marketplace', 'answers', 'credentials', 'quota', 'dialects'] as const;
  return formatTable(head.map(say), rows);
}

function listCredentials({ settings }: Provider): string[] {
  return Object.values(settings).flatMap(({ credential, env }) => (credential ? env : []));
}

function listDialects({ settings }: Provider): readonly string[] {
  return settings['dialect']?.choices ?? [];
}

function formatQuota({ settings }: Provider): string {
  return settings['quota'] ? (formatDefault(settings['quota']) ?? '') : '–';
}

function formatEnvironment(language: Language, say: Say): string {
  const head = [say('variable'), say('default'), say('meaning')];
  const tables = listGroups(language).map(({ title, settings }) => {
    const rows = Object.values(settings).map((setting) => {
      const value = formatDefault(setting);
      const shown = value === undefined ? '' : code(value);
      const about = (language === 'zh' && CHINESE_SETTINGS[setting.env]) || setting.about;
      return [code(setting.env), setting.credential ? say('required') : shown, about];
    });
    return `**${title}**\n\n${formatTable(head, rows)}`;
  });
  return tables.join('\n\n');
}

interface Group {
  readonly title: string;
  readonly settings: Settings;
}

function listGroups(language: Language): readonly Group[] {
  return [
    ...providers.map(({ id, names, settings }) => ({ title: `${names[language]} (${id})`, settings })),
    { title: TABLE_WORDS.general[language], settings: GENERAL_SETTINGS },
    { title: TABLE_WORDS.bot[language], settings: TELEGRAM_SETTINGS },
    { title: TABLE_WORDS.team[language], settings: HTTP_SETTINGS },
  ];
}

/** The default as one would write it; undefined where nothing is set by default. */
function formatDefault({ fallback, example, parse }: Setting<unknown>): string | undefined {
  if (fallback === undefined || example === '') return undefined;
  return isDeepStrictEqual(parse(example), fallback) ? example : undefined;
}

/** What the value may look like, where there is neither a default nor an obvious form. */
function formatHint({ choices, example, ...setting }: Setting<unknown>): string {
  if (choices) return `: ${choices.join(' | ')}`;
  return example !== '' && formatDefault({ ...setting, example }) === undefined ? `, such as ${example}` : '';
}
