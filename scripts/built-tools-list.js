import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Puts what `tools/list` answers into the bundle, in place of the module that works it out. */
export const builtToolsList = {
  name: 'built-tools-list',
  setup({ onLoad, esbuild, initialOptions: { absWorkingDir = process.cwd() } }) {
    onLoad({ filter: /[\\/]src[\\/]mcp[\\/]tools-list\.ts$/ }, async ({ path }) => {
      // Inside the project, where the packages that it imports are found.
      const outfile = join(absWorkingDir, `node_modules/.cache/bijia-build/tools-list-${process.pid}.mjs`);
      await esbuild.build({
        ...{ absWorkingDir, entryPoints: [path], outfile, logLevel: 'warning' },
        ...{ bundle: true, format: 'esm', platform: 'node', packages: 'external' },
      });
      const { getToolsList } = await import(`${pathToFileURL(outfile).href}?${Date.now()}`);
      await rm(outfile);
      return { contents: `export const getToolsList = () => (${JSON.stringify(getToolsList())});` };
    });
  },
};
