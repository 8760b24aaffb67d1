export type { BotMessage } from './bot-message.js';
export type { ChatDriver } from './chat-driver.js';
export { createFakeBotApi, type FakeBotApi, type FakeBotApiOptions } from './fake-bot-api.js';
export { refuse, throttled } from './faults.js';
export { PUBLISHED } from './rate-limit.js';
export { COLOURED, MARKED } from './transcript.js';
