import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ChatDriver } from '../../fake-telegram/index.js';
import { findFreePort } from '../free-port.js';
import { migrateDatabase } from '../postgres/migrate-database.js';
import { openBalancer } from './balancer.js';
import {
  type BotEnvironment,
  createProcessStage,
  type RunningBot,
  type Stage,
  type StageOptions,
} from './running-bot.js';

const QUOTA = '1000/1s';
const PUBLIC = 'https://bot.example';

export interface BotFleetOptions extends StageOptions {
  readonly databaseUrl: string;
  /** Where the tables are; they are made. */
  readonly schema: string;
  readonly machines: number;
  /** Else they poll. */
  readonly hasWebhook?: boolean;
  readonly environment?: BotEnvironment;
}

/** Several machines with one bot and one database, each with a state folder of its own. */
export interface BotFleet extends Stage {
  readonly bots: RunningBot[];
  /** Starts a machine, or starts it again. */
  readonly start: (machine: number) => Promise<void>;
}

export async function createBotFleet({
  databaseUrl,
  schema,
  machines,
  hasWebhook = false,
  environment,
  ...options
}: BotFleetOptions): Promise<BotFleet> {
  await migrateDatabase(databaseUrl, schema);
  const stage = await createProcessStage({ quota: QUOTA, ...options });
  const ports = await Promise.all(Array.from({ length: machines }, findFreePort));
  if (hasWebhook) {
    const balancer = await openBalancer(ports);
    onTestFinished(balancer.close);
    stage.api.webhook.route(PUBLIC, balancer.origin);
  }
  const bots: RunningBot[] = [];
  const start = async (machine: number) => {
    bots[machine] = await stage.startBot({
      BIJIA_SANDBOX: '0',
      // What has never been seen lets nothing go until a call and a window of before would be over. On a busy machine
      // a call may take a second or two.
      BIJIA_CALL_TIMEOUT: '5s',
      JD_UNION_QUOTA: QUOTA,
      BIJIA_DATABASE_URL: databaseUrl,
      BIJIA_DATABASE_SCHEMA: schema,
      // Whatever else runs here may keep the server waiting.
      BIJIA_DATABASE_TIMEOUT: '10s',
      BIJIA_STATE_DIR: join(stage.stateDir, String(machine)),
      ...(hasWebhook && {
        TELEGRAM_WEBHOOK_URL: `${PUBLIC}/hook`,
        TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-sixteen-or-more',
        TELEGRAM_WEBHOOK_PORT: String(ports[machine]),
      }),
      ...environment,
    });
  };
  await Promise.all(ports.map((_, machine) => start(machine)));
  return { ...stage, bots, start };
}

/** What became of messages that the bot answers each with one reply. */
export interface Judgement {
  readonly unanswered: number[];
  readonly twice: number[];
  /** Replies of a chat that come before one to an earlier message. */
  readonly outOfOrder: number[];
}

/** @returns ids of updates */
export function judgeReplies(
  sent: readonly { readonly chat: ChatDriver; readonly messageId: number; readonly updateId: number }[],
): Judgement {
  const unanswered: number[] = [];
  const twice: number[] = [];
  const outOfOrder: number[] = [];
  for (const chat of new Set(sent.map((one) => one.chat))) {
    const replies = chat.messages().map(({ replyTo }) => replyTo);
    let highest = 0;
    for (const { messageId, updateId } of sent.filter((one) => one.chat === chat)) {
      const count = replies.filter((replyTo) => replyTo === messageId).length;
      if (count === 0) unanswered.push(updateId);
      if (count > 1) twice.push(updateId);
      const at = replies.indexOf(messageId);
      if (at >= 0 && at < highest) outOfOrder.push(updateId);
      if (at >= 0) highest = at;
    }
  }
  return { unanswered, twice, outOfOrder };
}
