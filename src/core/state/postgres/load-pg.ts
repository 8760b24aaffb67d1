import { ConfigError } from '../../errors.js';

/**
 * The driver, an optional package that is loaded when a database is configured.
 * @throws ConfigError that names it
 */
export async function loadPg(): Promise<typeof import('pg').default> {
  try {
    return (await import('pg')).default;
  } catch {
    throw new ConfigError('BIJIA_DATABASE_URL needs the package pg. Run: npm install pg', {
      code: 'no_pg',
    });
  }
}
