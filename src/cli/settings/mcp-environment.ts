import { ConfigError, type Environment, marketplaces } from '../../core/index.js';
import { TEXTS } from '../words/index.js';
import { readEnvFile } from './env-file.js';
import { listFileFaults } from './environment.js';
import { describeSettingFault } from './faults.js';
import { listSettingGroups } from './groups.js';

/**
 * Adds the file that `--env-file` names; the environment wins.
 * @param tell receives what is wrong with the file, for the log of the host
 * @throws ConfigError, said by the tools, when the file cannot be read
 */
export async function addEnvFile(
  environment: Environment,
  path: string,
  tell: (text: string) => void,
): Promise<Environment> {
  const file = readEnvFile(path);
  if (!file || file.unreadable) {
    throw new ConfigError('The file named by --env-file cannot be read. Check its path.');
  }
  const groups = await listSettingGroups();
  const faults = listFileFaults(
    file,
    path,
    groups,
    marketplaces.map(({ id }) => id),
  );
  for (const fault of faults) tell(describeSettingFault(fault, TEXTS.en));
  return { ...file.values, ...environment };
}
