import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface BundledPackage {
  readonly name: string;
  readonly license: string;
  readonly direct: boolean;
  readonly installScripts: readonly string[];
}

interface LockedPackage {
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const toPairs = (matches: Iterable<RegExpMatchArray>) =>
  [...matches].map(([, name, licence]) => [name, licence]);
const toPair = ({ name, license }: BundledPackage) => [name, license];

describe('the packages in the bundle', () => {
  const output = execFileSync(process.execPath, ['scripts/bundled-packages.js'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const bundled = JSON.parse(output) as BundledPackage[];
  const decision = read('docs/decisions/0003-dependencies.md');

  it('are those that the decision explains, with their licences', () => {
    const explained = toPairs(decision.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm));
    expect(explained).toEqual(bundled.filter(({ direct }) => direct).map(toPair));
  });

  it('brought those that the decision lists', () => {
    const [, listed = ''] = decision.split('## Came with them');
    const named = toPairs(listed.matchAll(/`([^`]+)`\s\(([^)]+)\)/g));
    expect(named).toEqual(bundled.filter(({ direct }) => !direct).map(toPair));
  });

  it('run nothing when they are installed', () => {
    expect(bundled.filter(({ installScripts }) => installScripts.length > 0)).toEqual([]);
  });
});

describe('the lock file', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };

  it('holds the packages of every platform, so that npm ci works on each', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('proves every package by its hash, those of other platforms too', () => {
    // npm leaves the hash out of what it has not installed itself: delete such entries, then
    // `npm install --package-lock-only` in a copy without node_modules.
    const unproven = Object.entries(packages).filter(([path, { integrity }]) => path !== '' && !integrity);
    expect(unproven.map(([path]) => path)).toEqual([]);
  });

  it('names no registry', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });
});

describe('optional packages', () => {
  it('are asked for in the version that was tried', () => {
    const { peerDependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const { bullmq } = peerDependencies ?? {};
    expect(devDependencies?.['bullmq']).toBe(bullmq);
    for (const path of [
      'src/core/state/postgres/load-bullmq.ts',
      'src/core/words/zh-errors.ts',
      'src/core/words/en-doctor.ts',
      'src/core/words/zh-doctor.ts',
      'docs/fleet.md',
    ])
      expect(read(path)).toContain(`npm install pg bullmq@${bullmq}`);
  });
});

describe('what scripts install on demand', () => {
  const { scripts, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;

  it('is pinned, and of the version of vitest that runs the tests', () => {
    const installed = Object.values(scripts ?? {}).flatMap((script) =>
      [...script.matchAll(/ (@?[\w/-]+)@(\S+)/g)].map(([, name, version]) => [name, version]),
    );
    expect(installed).not.toEqual([]);
    expect(installed.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version ?? ''))).toEqual([]);
    expect(Object.fromEntries(installed)).toMatchObject({
      '@vitest/coverage-v8': devDependencies?.['vitest'],
    });
  });
});

describe('the READMEs of the packed package', () => {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json', '--silent'], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  ) as [{ files: { path: string }[] }];
  const packed = new Set(files.map(({ path }) => path));

  it.each(['README.md', 'README.zh-CN.md'])('link to nothing that is not packed: %s', (name) => {
    const text = read(name);
    const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => target);
    const local = links.filter((target) => !/^https?:/.test(target));
    expect(local.length).toBeGreaterThan(5);
    expect(local.filter((target) => !packed.has(target))).toEqual([]);
  });
});

describe('where the project lives', () => {
  const { homepage, repository, bugs, author, version } = JSON.parse(read('package.json')) as Record<
    string,
    string & { url: string }
  >;
  const url = String(homepage);

  it('is said once, and the same everywhere', () => {
    expect([repository?.url, bugs]).toEqual([`git+${url}.git`, `${url}/issues`]);
    const manifest = JSON.parse(read('manifest.json'));
    expect(manifest).toMatchObject({
      version,
      author: { name: author, url },
      repository: { url: repository?.url },
      homepage: url,
      support: bugs,
    });
    const server = JSON.parse(read('server.json'));
    expect(server.repository?.url).toBe(url);
    expect(server.version).toBe(version);
    expect(server.websiteUrl).toBe(url);
    const files = `${url.replace('//github.com', '//raw.githubusercontent.com')}/main`;
    expect(server.icons?.[0]?.src).toBe(`${files}/${manifest.icon}`);
    for (const path of ['SECURITY.md', '.github/ISSUE_TEMPLATE/config.yml'])
      expect(read(path)).toContain(url);
  });
});
