import { ConfigError } from '../../errors.js';

/** A PID: the numbers of an account, a site and an advertising zone. @throws ConfigError */
export function parsePid(text: string): string {
  if (/^mm_\d+_\d+_\d+$/.test(text.trim())) return text.trim();
  throw new ConfigError('expects a PID of three numbers, such as mm_123456_789012_345678');
}
