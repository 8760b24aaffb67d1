/** What is checked of the server, as libpq names it. */
const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** The parts of an address such as `postgres://bijia@db.example.com/bijia?sslmode=verify-full`. */
export interface DatabaseAddress {
  /** A name, a number, or the folder of a socket. */
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly tls: TlsMode;
  /** Paths of PEM files. */
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly certificateKey: string | undefined;
  /** For the server's command line, such as `-c geqo=off`. */
  readonly options: string | undefined;
}

/** Other programs write them into addresses; here they change nothing. */
const IGNORED = ['application_name', 'channel_binding', 'connect_timeout', 'fallback_application_name'];
const IGNORED_TOO = ['gssencmode', 'keepalives', 'ssl', 'target_session_attrs', 'uselibpqcompat'];
const PLACES = ['dbname', 'host', 'hostaddr', 'options', 'password', 'port', 'user'];
const FILES = ['sslcert', 'sslkey', 'sslmode', 'sslrootcert'];
const KNOWN: ReadonlySet<string> = new Set([...IGNORED, ...IGNORED_TOO, ...PLACES, ...FILES]);

/** @returns what is wrong with it, never with a part of it: any part may be a piece of the password */
export function parseDatabaseAddress(text: string): DatabaseAddress | string {
  const url = parseUrl(text);
  if (!url) return HOW_TO_WRITE;
  const { searchParams: given } = url;
  // A misspelt `sslmode` would turn encryption off.
  if ([...given.keys()].some((name) => !KNOWN.has(name))) return UNKNOWN_PARAMETER;
  const tls = parseTlsMode(given);
  if (!tls) return `has an sslmode that is not known; it can be ${TLS_MODES.join(', ')}`;
  if (tls === 'verify-ca' && !given.get('sslrootcert'))
    return 'has sslmode=verify-ca, which needs sslrootcert, too';
  const port = given.get('port') ?? url.port;
  if (!/^\d{0,5}$/.test(port)) return HOW_TO_WRITE;
  const pick = (name: string, fallback = ''): string | undefined => given.get(name) || fallback || undefined;
  return {
    host: pick('hostaddr') ?? pick('host', readHost(url)) ?? 'localhost',
    port: port === '' ? undefined : Number(port),
    user: pick('user', decode(url.username)),
    password: pick('password', decode(url.password)),
    database: pick('dbname', decode(url.pathname.slice(1))),
    tls,
    rootCertificate: pick('sslrootcert'),
    certificate: pick('sslcert'),
    certificateKey: pick('sslkey'),
    options: pick('options'),
  };
}

const HOW_TO_WRITE =
  'expects an address such as postgres://bijia@db.example.com/bijia?sslmode=verify-full; in a password, @ : / ? # and % are written %40 %3A %2F %3F %23 %25';
const UNKNOWN_PARAMETER =
  'has a parameter that is not known, or a ? in its password, which is written %3F; known are sslmode, sslrootcert, sslcert, sslkey, host, port, user and options';

/** Whether what is sent never leaves this machine: an address of its own, or a socket of its file system. */
export function isLoopback({ host }: Pick<DatabaseAddress, 'host'>): boolean {
  return host.startsWith('/') || /^(localhost|127(\.\d+){3}|::1)$/.test(host);
}

const NO_HOST = 'nowhere';

function parseUrl(text: string): URL | undefined {
  // `postgres://bijia@/bijia?host=/run/postgresql` is how libpq writes a socket; a URL has a host after a user.
  const whole = text.trim().replace(/^(postgres(?:ql)?:\/\/[^/]*@)\//, `$1${NO_HOST}/`);
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  return url && /^postgres(ql)?:$/.test(url.protocol) ? url : undefined;
}

function readHost({ hostname }: URL): string {
  return hostname === NO_HOST ? '' : decode(hostname.replace(/^\[(.+)\]$/, '$1'));
}

/** `allow` and `prefer` would talk openly to anyone who says that it cannot encrypt. */
function parseTlsMode(given: URLSearchParams): TlsMode | undefined {
  const mode = given.get('sslmode');
  if (mode === null) return /^(true|1)$/.test(given.get('ssl') ?? '') ? 'verify-full' : 'disable';
  if (mode === 'no-verify') return 'require';
  return TLS_MODES.find((known) => known === mode);
}

/** A lone `%` is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
