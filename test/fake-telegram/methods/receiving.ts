import type { ParametersOf } from '../method-parameters.js';
import { conflict } from '../refusal.js';
import type { UpdateQueue } from '../update-queue.js';
import type { Webhook } from '../webhook.js';
import type { Handlers } from './call.js';

type ReceivingMethod = 'getUpdates' | 'setWebhook' | 'deleteWebhook' | 'getWebhookInfo';

const DEFAULT_LIMIT = 100;
const DEFAULT_MAX_CONNECTIONS = 40;

export function createReceivingMethods(updates: UpdateQueue, webhook: Webhook): Handlers<ReceivingMethod> {
  const removeWebhook = (dropPending: boolean | undefined) => {
    webhook.remove();
    if (dropPending) updates.dropPending();
    return true;
  };
  const setWebhook = (parameters: ParametersOf<'setWebhook'>) => {
    webhook.set({
      url: parameters.url,
      secretToken: parameters.secret_token || undefined,
      maxConnections: parameters.max_connections ?? DEFAULT_MAX_CONNECTIONS,
      ipAddress: parameters.ip_address,
    });
    updates.endPoll('terminated by setWebhook request');
    return true;
  };
  return {
    getUpdates: async (
      { offset = 0, limit = DEFAULT_LIMIT, timeout: timeoutS = 0, allowed_updates },
      { signal },
    ) => {
      if (webhook.settings()) {
        throw conflict(
          "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      }
      if (allowed_updates) updates.allow(allowed_updates);
      const taken = await updates.poll(offset, { limit, timeoutS, signal });
      return taken.map(({ json }) => json);
    },
    setWebhook: (parameters) => {
      if (parameters.drop_pending_updates) updates.dropPending();
      if (parameters.allowed_updates) updates.allow(parameters.allowed_updates);
      return parameters.url === '' ? removeWebhook(false) : setWebhook(parameters);
    },
    deleteWebhook: ({ drop_pending_updates }) => removeWebhook(drop_pending_updates),
    getWebhookInfo: () => webhook.info(),
  };
}
