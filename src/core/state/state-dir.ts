import { join } from 'node:path';
import envPaths from 'env-paths';

/**
 * Where state lives: the configured folder, else the platform's own (`$XDG_STATE_HOME/bijia` and the like).
 * Sandbox state lives apart, so that made-up permits and jobs never meet real ones.
 */
export function getStateDir(configured: string | undefined, sandbox: boolean): string {
  const folder = configured ?? getPlatformFolder();
  return sandbox ? join(folder, 'sandbox') : folder;
}

function getPlatformFolder(): string {
  const paths = envPaths('bijia', { suffix: '' });
  // env-paths has no name of its own for the XDG state folder: on Linux that is where it puts logs.
  return process.platform === 'linux' ? paths.log : paths.data;
}
