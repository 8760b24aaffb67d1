import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Another version of Node, from the registry, which has a package of it for each platform.
 * @param folder where it is put
 * @returns the folder of its program; undefined where the registry does not offer it
 */
export async function installNode(version: string, folder: string): Promise<string | undefined> {
  const name = `node-${process.platform}-${process.arch}`;
  const place = join(folder, version);
  const args = ['install', '--silent', '--no-save', '--prefix', place, `${name}@${version}`];
  try {
    await run('npm', args, { cwd: folder });
    return join(place, 'node_modules', name, 'bin');
  } catch {
    return undefined;
  }
}
