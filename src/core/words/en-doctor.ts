import { joinAll } from './join.js';

/** What `doctor` says of each thing it examines. */
export const enDoctor = {
  machine: 'machine',
  configuration: 'configuration',
  stateFolder: 'state folder',
  clock: 'clock',
  permits: 'permits',
  otherProcesses: 'other processes',
  paidCalls: 'paid calls',
  assumptions: 'assumptions',
  // Programs know it by this name.
  sources: 'providers',
  setting: 'setting',
  settings: 'settings',
  token: 'token',
  access: 'access',
  proxyOf: (env: string) => `proxy of ${env}`,
  installNode: (version: string) => `Install Node.js ${version} or later.`,
  othersMayRead: (folders: readonly string[]) => `others may read ${joinAll(folders)}`,
  closeFolders: (folders: readonly string[]) => `Close it to them: chmod -R go= ${folders.join(' ')}`,
  notAnAddress: 'not a valid address',
  setProxy: (env: string) => `Set ${env} to an address such as http://127.0.0.1:7890, or unset it.`,
  accepts: (place: string) => `${place} accepts connections`,
  unreachable: (place: string, why: string) => `${place} cannot be reached (${why})`,
  correctProxy: (env: string) =>
    `Start the proxy, correct ${env} or unset it; hosts listed in NO_PROXY are reached without it.`,
  noneConfigured: 'none is configured',
  setOne: (ways: readonly string[]) =>
    `Set ${ways.join(', or ')}; or try without credentials: BIJIA_SANDBOX=1 answers with simulated data.`,
  allOf: (names: readonly string[]) => joinAll(names),
  notConfigured: (needed: string) => `not configured; ${needed} would be needed`,
  quota: (calls: number, seconds: number) => `${calls} calls in ${seconds} s`,
  cost: { nothing: 'free', quota: 'took one call of the quota', paid: 'took one paid call' },
  acceptedWithoutFind: 'accepted, though nothing was found',
  notTried: 'not tried after the failure above',
  costsMoney: 'it takes one paid call',
  allowIt: 'Add --yes to allow it.',
  noTimeTold: 'no answer told the time',
  clockAgrees: (seconds: number) => `agrees with the upstream's to ${seconds} s`,
  clockOff: (seconds: number, isAhead: boolean) =>
    `${seconds} s ${isAhead ? 'ahead of' : 'behind'} the upstream's`,
  setClock: 'Set the clock of this machine, best by NTP: upstreams refuse calls that are a few minutes off.',
  paidToday: (sent: number, billed: number, ceiling: number | undefined) =>
    `today ${sent} sent, ${billed} of them billed; ${ceiling === undefined ? 'no daily limit' : `daily limit ${ceiling}`}`,
  inUse: (used: number, calls: number) => `${used} of ${calls} in use`,
  frozen: (used: string, seconds: number) => `${used}, paused for ${seconds} s: rate limited by the upstream`,
  lowered: (used: string) => `${used}, lowered after the upstream rate limited us`,
  sharedKey: 'Another program may be using the same key: stop it, or lower the quota in both.',
  noneShares: 'none share this quota',
  shares: (pids: readonly number[]) => `share this quota: ${pids.join(', ')}`,
  failure: (code: string, facts: readonly string[]) =>
    facts.length === 0 ? code : `${code} (${facts.join('; ')})`,
  call: (trace: string) => `call ${trace}`,
  tokenAccepted: (name: string) => `accepted: @${name}; free`,
  tokenRefused: (status: number, why: string) => `refused with HTTP ${status}: ${why}`,
  askForToken: (env: string) => `Ask @BotFather for the token and set ${env} again.`,
  updates: 'updates',
  webhookIsOurs: 'Telegram delivers them here',
  webhookFails: (why: string) => `Telegram delivers them here, but its last attempts failed: ${why}`,
  webhookIsElsewhere: 'the webhook of this bot leads to another address',
  webhookIsSet: 'a webhook is set, and this configuration polls',
  webhookIsNotSet: 'no webhook is set; the bot sets it when it starts',
  oneBotPerToken: (env: string) =>
    `Another process may use the same token. Only one may, or several that share one database and one ${env}.`,
  noReadableAnswer: 'no readable answer',
  noAnswer: 'no answer',
  telegramBlocked: (proxy: string, root: string) =>
    `Where Telegram is blocked, set ${proxy}; check ${root} if it is set.`,
  somebodyMay: 'somebody may use the bot',
  nobodyMay: 'nobody may use the bot yet',
  letSomebodyIn: (env: string) => `Set ${env} to numeric user ids; the bot tells everyone theirs.`,
  priceHistory: 'price history',
  historyOff: 'off (BIJIA_HISTORY=0)',
  historyEmpty: 'empty so far',
  historyShared: 'in the shared database; what this machine has just seen waits in its folder for a moment',
  historyKept: (path: string) => `${path} holds what this machine noted by itself`,
  bringHistory: 'Bring it into the database: bijia db import',
  historySetAside: (path: string) => `a damaged table was set aside as ${path}`,
  importAgain:
    'A new history has begun. Import what was exported earlier (bijia history import FILE), then remove this file.',
  diskNearlyFull: (freeMb: number, folder: string) =>
    `its disk is nearly full: ${freeMb} MB are left at ${folder}`,
  freeSpace: 'Free some space: when it is full, prices are not noted, and then no calls can be made either.',
  historySize: (series: string, mb: number) => `${series} series, ${mb} MB`,
  unreadable: (path: string, said: string) => `${path} cannot be read (${said})`,
  nextSetsAside:
    'The next question about a history sets a damaged table aside under another name, and a new one begins.',
  /** What is said of the database that several machines share. */
  server: 'server',
  tables: 'tables',
  queue: 'queue of jobs',
  noQueue: 'the package bullmq is not installed: no machine works on the jobs of another',
  installQueue: 'Run: npm install pg bullmq@6.7.0',
  durability: 'durability',
  connection: 'connection',
  quarantine: 'quarantine',
  machines: 'machines',
  contents: 'contents',
  queueTablesOf: (found: number, newest: number) => `tables of version ${found}; this program's is ${newest}`,
  serverIs: (version: string, cluster: string, timeline: number) =>
    `PostgreSQL ${version}; cluster ${cluster}, timeline ${timeline}`,
  tablesOf: (schema: string, found: number, newest: number) =>
    `schema ${schema}, version ${found}; this program's is ${newest}`,
  migrate: 'Run: bijia db migrate',
  update: 'Update this installation of bijia.',
  durable: (settings: string) => `${settings}: what it acknowledges survives a crash`,
  notDurable: (settings: string) => `${settings}: a crash can lose what it has acknowledged`,
  setDurable: 'Set both to on in postgresql.conf and restart the server.',
  serverClock: (seconds: string, isAhead: boolean) =>
    `this machine is ${seconds} s ${isAhead ? 'ahead of' : 'behind'} the server`,
  syncBoth: 'Synchronise both machines with NTP.',
  isPrivate: 'direct; on this machine, or with a certificate that is checked',
  tripIs: (ms: number): string => `${ms} ms for a question and its answer`,
  bringNearer:
    'Too slow for quotas with a window of less than half a minute: their permits would be too old to be used. See whether the server is overloaded, or run one nearer to this machine.',
  notPrivate: 'direct, but the certificate of the server is not checked',
  checkCertificate:
    'Add sslmode=verify-full to BIJIA_DATABASE_URL, and sslrootcert=… for a certificate of your own.',
  callsMayLeave: 'none; calls may leave',
  firstCallWaits:
    'begins with the next call of a key, which waits until its window has passed: the database does not know what was sent before',
  noCallLeaves: (seconds: number) =>
    `no call leaves for ${seconds} s: the database does not know what was sent before`,
  memberOf: (name: string, version: string, processes: number) =>
    `${name} (bijia ${version}, ${processes === 1 ? '1 process' : `${processes} processes`})`,
  otherKeys: 'they have different values of BIJIA_DATABASE_KEY: what one of them stores, others cannot read',
  oneKey: 'Set the same BIJIA_DATABASE_KEY on every machine and start them again.',
  otherQuotas: (quotas: readonly string[]) =>
    `they take different quotas for one key: ${joinAll(quotas)}; the largest is what they use together`,
  oneQuota: 'Set the same quota on every machine, the one that the platform grants.',
  otherVersions: 'they run different versions of bijia',
  oneVersion: 'Update all of them: tables of a newer version are refused by older programs.',
  /** What is tried. */
  probes: {
    accessToken: 'access token',
    oneProduct: 'one product',
    search: 'search',
    searchAndStock: 'search, coupons and stock',
    variants: 'variants',
    promotionPlace: 'promotion place',
    promotionLink: 'promotion link',
    sharedTexts: 'share codes and links',
    ownShop: 'own shop',
  },
  /** What came of it. */
  obtained: 'obtained',
  accepted: 'accepted',
  authorised: 'authorised',
  made: 'made',
  permitted: 'permitted',
  opened: 'opened',
  answeredWith: (title: string) => `answered with "${title}"`,
  answeredAboutLink: (what: string) => `answered about a link: ${what}`,
  openedAs: (title: string) => `opened a link as "${title}"`,
  foundCount: (count: number) => `found ${count}`,
  foundShop: (name: string | undefined, id: string | undefined) =>
    `answered with the shop ${name ?? 'without a name'} (${id ?? 'no ID'})`,
};

/** What the doctor says, in one language. */
export type DoctorWords = typeof enDoctor;
