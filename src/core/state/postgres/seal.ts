import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ConfigError } from '../../errors.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of what is stored: whether it was sealed. */
const OPEN = 0;
const SEALED = 1;

/** Keeps what only the fleet may read out of the database's files and backups. */
export type Seal = ReturnType<typeof createSeal>;

/**
 * AES-256-GCM under the SHA-256 of the key.
 * @param key as configured, the same on every machine; undefined stores texts as they are
 */
export function createSeal(key: string | undefined) {
  const secret = key === undefined ? undefined : createHash('sha256').update(key).digest();
  return {
    close: (text: string) => {
      if (!secret) return Buffer.concat([Buffer.of(OPEN), Buffer.from(text)]);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, secret, iv);
      const closed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(SEALED), iv, cipher.getAuthTag(), closed]);
    },
    /** @throws ConfigError for what another key has closed */
    open: (stored: Buffer) => {
      if (stored[0] === OPEN) return stored.subarray(1).toString('utf8');
      if (!secret) throw createKeyError('needs BIJIA_DATABASE_KEY, which is not set here');
      try {
        const tagAt = 1 + IV_BYTES;
        const decipher = createDecipheriv(CIPHER, secret, stored.subarray(1, tagAt));
        decipher.setAuthTag(stored.subarray(tagAt, tagAt + TAG_BYTES));
        const text = decipher.update(stored.subarray(tagAt + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw createKeyError('was written by a machine with another BIJIA_DATABASE_KEY', cause);
      }
    },
  };
}

function createKeyError(problem: string, cause?: unknown): ConfigError {
  return new ConfigError(
    `A token in the shared database ${problem}. Give all machines the same BIJIA_DATABASE_KEY.`,
    { code: 'other_database_key', cause },
  );
}
