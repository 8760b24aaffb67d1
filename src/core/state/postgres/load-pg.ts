import { ConfigError } from '../../errors.js';

/**
 * The driver, an optional package that is loaded when a database is configured.
 * @throws ConfigError that names it
 */
export async function loadPg(): Promise<typeof import('pg')> {
  // In a variable, so that no bundler looks for it.
  const name: string = 'pg';
  try {
    const { default: pg } = (await import(name)) as { readonly default: typeof import('pg') };
    return pg;
  } catch {
    throw new ConfigError('BIJIA_DATABASE_URL needs the package pg. Run: npm install pg', {
      code: 'no_pg',
    });
  }
}
