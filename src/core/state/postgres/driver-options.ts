import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { ConfigError } from '../../errors.js';
import type { DatabaseAddress } from '../database-address.js';
import { type DatabaseSettings, getAddress } from '../database-settings.js';

/**
 * How the driver connects. The address is taken apart here, since the driver lets every parameter in it go before what
 * it is told otherwise, the schema among them, and reads `sslmode` in its own way.
 * @throws ConfigError for a certificate that cannot be read
 */
export function toDriverOptions({
  url,
  schema,
  timeoutMs,
}: Pick<DatabaseSettings, 'url' | 'schema' | 'timeoutMs'>): object {
  const { host, port, user, password, database, options, ...address } = getAddress(url);
  return {
    ...{ host, port, user, password, database },
    ssl: toTls(host, address),
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: Math.ceil(timeoutMs),
    keepAlive: true,
    application_name: 'bijia',
    options: [options, `-c search_path=${schema}`].filter(Boolean).join(' '),
  };
}

type TlsParts = Pick<DatabaseAddress, 'tls' | 'rootCertificate' | 'certificate' | 'certificateKey'>;

/** As libpq does: `require` checks nothing but with an authority of one's own, `verify-ca` not the name. */
function toTls(host: string, { tls, rootCertificate, certificate, certificateKey }: TlsParts) {
  if (tls === 'disable' || host.startsWith('/')) return false;
  const isAuthorityGiven = rootCertificate !== undefined && rootCertificate !== 'system';
  return {
    ca: isAuthorityGiven ? readPem('sslrootcert', rootCertificate) : undefined,
    cert: certificate && readPem('sslcert', certificate),
    key: certificateKey && readPem('sslkey', certificateKey),
    // The driver names the server to TLS where it has a name; a number is compared with the certificate, too.
    ...(isIP(host) !== 0 && { host }),
    rejectUnauthorized: tls !== 'require' || isAuthorityGiven,
    ...(tls !== 'verify-full' && { checkServerIdentity: () => undefined }),
  };
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `${parameter} in BIJIA_DATABASE_URL names a file that cannot be read. Check its path and permissions.`,
      { code: 'database_file', facts: { name: parameter }, cause },
    );
  }
}
