import {
  asksForSandbox,
  ConfigError,
  type Environment,
  parseConfig,
  requireStateFolder,
} from '../../core/index.js';

/** What is wrong with the settings, where they ask for the sandbox. */
export async function findSettingsFault(
  environment: Environment,
  readSettings: () => Promise<Environment>,
): Promise<string | undefined> {
  if (!asksForSandbox(environment)) return undefined;
  try {
    requireStateFolder(parseConfig(await readSettings()));
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
