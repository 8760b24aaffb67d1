import { GENERAL_SETTINGS, providers, type Settings } from '../../core/index.js';

/** Every setting there is, in the groups whose addresses and credentials belong together. */
export async function listSettingGroups(): Promise<Settings[]> {
  const { TELEGRAM_SETTINGS } = await import('../../telegram/settings.js');
  const { HTTP_SETTINGS } = await import('../../mcp/http/settings.js');
  return [GENERAL_SETTINGS, ...providers.map(({ settings }) => settings), TELEGRAM_SETTINGS, HTTP_SETTINGS];
}
