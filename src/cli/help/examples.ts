import { type Marketplace, marketplaces, providers } from '../../core/index.js';

const QUERY = "'手机 256GB'";

/** Two for each command, by its path: they stand in the help and in the documents. */
export function listExamples(): Readonly<Record<string, readonly [string, string]>> {
  const supported = marketplaces.filter(({ id }) =>
    providers.some(({ marketplace }) => marketplace.id === id),
  );
  const [first, last] = [supported[0], supported.at(-1)];
  const product = `'${getProductLink(first)}'`;
  const bare = `${first?.ids[0]?.example} --platform ${first?.id}`;
  const shop = `'${findShopLink(supported)}'`;
  const login = providers.find((provider) => provider.login)?.id;
  return {
    '': [`bijia get ${product}`, 'bijia batch products.xlsx --out prices.xlsx'],
    get: [`bijia get '${getProductLink(last)}'`, `bijia get ${bare} --full --json`],
    resolve: [`bijia resolve ${product}`, 'bijia resolve --jsonl < texts.jsonl'],
    batch: ['bijia batch products.xlsx --out prices.xlsx', 'bijia batch links.txt --dry-run'],
    jobs: ['bijia jobs', 'bijia jobs --json'],
    'jobs resume': ['bijia jobs resume 3f9a2c', 'bijia jobs resume 3f9a2c --quiet'],
    'jobs cancel': ['bijia jobs cancel 3f9a2c', 'bijia jobs cancel 3f9a2c && bijia jobs'],
    'jobs export': [
      'bijia jobs export 3f9a2c --out prices.xlsx',
      'bijia jobs export 3f9a2c --out variants.csv --rows sku',
    ],
    'jobs rm': ['bijia jobs rm 3f9a2c', 'bijia jobs rm 3f9a2c && bijia jobs'],
    shop: [`bijia shop ${shop} --limit 50`, `bijia shop ${shop} --all --out shop.xlsx`],
    mcp: ['bijia mcp', 'bijia mcp --env-file ~/bijia/.env'],
    setup: ['bijia setup', 'bijia setup claude-desktop --write'],
    completion: [
      'bijia completion bash > ~/.local/share/bash-completion/completions/bijia',
      'bijia completion fish > ~/.config/fish/completions/bijia.fish',
    ],
    telegram: ['bijia telegram', 'BIJIA_SANDBOX=1 bijia telegram'],
    worker: ['bijia worker', 'BIJIA_LANG=zh bijia worker'],
    login: [`bijia login ${login}`, `bijia login ${login} --code 'https://example.com/callback?code=…'`],
    link: [`bijia link '好价 ${getProductLink(last)}'`, 'bijia link post.txt --sub-id blog'],
    search: [`bijia search ${QUERY} --max-price 6000`, `bijia search ${QUERY} --sort sales --json`],
    watch: [`bijia watch ${product} --below 5000`, 'bijia watch products.csv --drop 5%'],
    'watch run': ['bijia watch run', 'bijia watch run --report changes.xlsx'],
    watches: ['bijia watches', 'bijia watches --json'],
    unwatch: ['bijia unwatch w3f2a1', 'bijia unwatch --all'],
    history: [`bijia history ${product}`, `bijia history ${product} --days 365 --chart price.svg`],
    'history import': ['bijia history import seen.jsonl', 'bijia history import - < seen.jsonl'],
    'history export': ['bijia history export --out history.jsonl', 'bijia history export | wc -l'],
    'history forget': [`bijia history forget ${product}`, `bijia history forget ${bare}`],
    drops: ['bijia drops --days 7 --min 5%', 'bijia drops --out drops.csv'],
    compare: [
      `bijia compare ${product} '${getProductLink(last)}'`,
      `bijia compare ${product} ${bare} --json`,
    ],
    db: ['bijia db status', 'bijia db migrate'],
    'db status': ['bijia db status', 'bijia db status && bijia doctor'],
    'db import': ['bijia db import', 'bijia db migrate && bijia db import'],
    'db migrate': ['bijia db migrate', 'bijia db migrate && bijia db status'],
    doctor: ['bijia doctor', 'bijia doctor --report report.json'],
    sandbox: ['bijia sandbox', 'bijia sandbox --port 8787 --quota 100/6s'],
    demo: ['bijia demo', `bijia demo ${product}`],
  };
}

function getProductLink(marketplace: Marketplace | undefined): string {
  return marketplace?.productUrl(marketplace.ids[0]?.example ?? '') ?? '';
}

function findShopLink(supported: readonly Marketplace[]): string | undefined {
  return supported.flatMap(({ links, shopUrl }) => {
    const id = links.find(({ kind }) => kind === 'shop')?.examples[0]?.id;
    return shopUrl && id ? [shopUrl(id)] : [];
  })[0];
}
