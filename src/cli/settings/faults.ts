import type { Texts } from '../words/index.js';
import type { SettingFault } from './environment.js';

/** One sentence: what does nothing, and what to write instead. */
export function describeSettingFault(fault: SettingFault, { settings }: Texts): string {
  switch (fault.kind) {
    case 'no_equals':
      return settings.line(fault.file, fault.line) + settings.noEquals(fault.name);
    case 'wide_sign':
      return settings.line(fault.file, fault.line) + settings.wideSign(fault.name);
    case 'encoding':
      return settings.encoding(fault.file);
    case 'access':
      return settings.access(fault.file);
    case 'ignored_proxy':
      return settings.ignoredProxy(fault.file, fault.name);
    case 'ignored_address':
      return settings.ignoredAddress(fault.file, fault.name);
    case 'unknown':
      return settings.unknown(fault.name, fault.nearest, fault.file);
  }
}
