import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** What `npm pack` makes of the checkout, in a copy of it: packing empties `dist`, which other tests use. */
export async function packProject(
  folder: string,
): Promise<{ readonly tarball: string; readonly files: string[] }> {
  const copy = join(folder, 'checkout');
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT });
  for (const path of stdout.split('\0').filter(isPacked)) {
    await mkdir(join(copy, dirname(path)), { recursive: true });
    await cp(join(ROOT, path), join(copy, path));
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const packed = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    cwd: copy,
  });
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  return { tarball: join(folder, filename), files: files.map(({ path }: { path: string }) => path) };
}

/** Tests and tools are not needed to pack. */
const isPacked = (path: string) => path !== '' && !/^(test|bench|\.ci)\//.test(path);
