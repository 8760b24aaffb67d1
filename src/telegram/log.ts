import { createRedactor, type Logger } from '../core/index.js';

type Write = Logger['info'];

/** The core's log, with the bot's own secrets taken out by value: whole, and the part of the token after its colon. */
export function createRedactedLog(log: Logger, secrets: readonly string[]): Logger {
  const parts = secrets.flatMap((secret) => secret.split(':').filter((part) => part.length >= 16));
  const { redact } = createRedactor([...secrets, ...parts]);
  const clean =
    (write: Write): Write =>
    (message, fields = {}) =>
      write(
        redact(message),
        Object.fromEntries(
          Object.entries(fields).map(([key, value]) => [
            key,
            typeof value === 'string' ? redact(value) : value,
          ]),
        ),
      );
  return { error: clean(log.error), warn: clean(log.warn), info: clean(log.info), debug: clean(log.debug) };
}
