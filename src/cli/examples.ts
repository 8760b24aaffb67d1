/** Two for each command, by its path: they stand in the help and in the documents. */
export const EXAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  '': ["bijia get 'https://item.jd.com/100012043978.html'", 'bijia batch products.xlsx --out prices.xlsx'],
  get: [
    "bijia get 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864'",
    'bijia get 100012043978 --platform jd --full --json',
  ],
  resolve: [
    "bijia resolve 'https://item.m.jd.com/product/100012043978.html'",
    'bijia resolve --jsonl < texts.jsonl',
  ],
  batch: ['bijia batch products.xlsx --out prices.xlsx', 'bijia batch links.txt --dry-run'],
  jobs: ['bijia jobs', 'bijia jobs --json'],
  'jobs resume': ['bijia jobs resume 3f9a2c', 'bijia jobs resume 3f9a2c --quiet'],
  'jobs cancel': ['bijia jobs cancel 3f9a2c', 'bijia jobs cancel 3f9a2c && bijia jobs'],
  'jobs rm': ['bijia jobs rm 3f9a2c', 'bijia jobs rm 3f9a2c && bijia jobs'],
  shop: [
    "bijia shop 'https://mall.jd.com/index-1000004123.html' --limit 50",
    "bijia shop 'https://mall.jd.com/index-1000004123.html' --all --out shop.xlsx",
  ],
  mcp: ['bijia mcp --env-file ~/.config/bijia.env', 'bijia mcp'],
  telegram: ['bijia telegram', 'BIJIA_SANDBOX=1 bijia telegram'],
  login: ['bijia login jd-open', 'bijia login jd-open --code "https://example.com/callback?code=…"'],
  doctor: ['bijia doctor', 'bijia doctor --report report.json'],
  sandbox: ['bijia sandbox', 'bijia sandbox --port 8787 --quota 100/6s'],
  demo: ['bijia demo', "bijia demo 'https://item.jd.com/100012345678.html'"],
};
