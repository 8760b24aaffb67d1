import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/**
 * Copies the checkout, without what git ignores; the installed packages are linked.
 * @returns the folder of the copy
 */
export async function copyProject(folder: string): Promise<string> {
  const copy = join(folder, 'checkout');
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT });
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(join(copy, dirname(path)), { recursive: true });
    await cp(join(ROOT, path), join(copy, path));
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** What `npm pack` makes of a copy: packing empties `dist`, which other tests use. */
export async function packProject(
  folder: string,
): Promise<{ readonly tarball: string; readonly files: string[] }> {
  const copy = await copyProject(folder);
  const args = ['pack', '--json', '--silent', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: copy });
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  return { tarball: join(folder, filename), files: files.map(({ path }: { path: string }) => path) };
}
