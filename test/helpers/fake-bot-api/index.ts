export type { BotMessage, ShownButton } from './bot-message.js';
export type { ChatDriver, Pressed, Sent } from './chat-driver-types.js';
export { createFakeBotApi, type FakeBotApi, type FakeBotApiOptions, type Group } from './fake-bot-api.js';
export { type Fault, refuse, serverError, throttled } from './faults.js';
export type { RequestRecord } from './request-log.js';
export { COLOURED, MARKED } from './transcript.js';
export type { UpdateRecord } from './update-queue.js';
