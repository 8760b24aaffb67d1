import { formatDigest } from '../../signer.js';

/** Lower-case hex SHA-256 of appId + appSecret + timestamp (ms); the business parameter is not covered. */
export function formatJumdataSignature(appId: string, appSecret: string, timestamp: string): string {
  return formatDigest('sha256', appId + appSecret + timestamp);
}
