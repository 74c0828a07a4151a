// Events on their way through the stack's encrypted queue, which an emulator does not encrypt.

import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { Listener } from '../journey/listener.ts';
import { createUser, operate } from '../target.ts';
import { until } from '../until.ts';
import { type Check, demand } from './check.ts';

const trouble = v.object({ trouble: v.object({ answer: v.string() }) });

/** Nobody listens on this account's behalf, so the endpoint is the API itself: it answers 404, which `webhook show` tells. */
const encryptedQueue: Check = {
  name: 'an event for a webhook, through the encrypted queue',
  onlyOnAws: 'the address must be https',
  see: async (target, tenant) => {
    const nowhere = `${tenant.tenantUrl.slice(0, -'/v2'.length)}/webhook`;
    await operate(target, 'webhook', 'set', tenant.tenant, nowhere);
    try {
      await createUser(tenant, `queued-${randomUUID()}@veldt.example`);
      const patience = { seconds: 90, signal: target.signal };
      const answer = await until('the webhook to be tried', patience, async () => {
        const shown = v.safeParse(trouble, await operate(target, 'webhook', 'show', tenant.tenant));
        return shown.success && shown.output.trouble.answer;
      });
      demand(/404/.test(answer), `The webhook should have been answered with 404, not: ${answer}.`);
      return `posted, and answered with ${answer}`;
    } finally {
      await operate(target, 'webhook', 'delete', tenant.tenant, '--yes');
    }
  },
};

const messageGroups: Check = {
  name: 'MessageGroupId of a received message',
  onlyOnAws: 'MiniStack has no fair queues',
  see: async (target, tenant) => {
    await using listener = await Listener.open(target, tenant.tenant, ['user.created']);
    await createUser(tenant, `grouped-${randomUUID()}@veldt.example`);
    await listener.until('user.created', () => listener.events.length > 0);
    demand(listener.groups.has(tenant.tenant), `The groups are ${[...listener.groups].join(', ')}.`);
    return `messages of a tenant are one group: ${tenant.tenant}`;
  },
};

export const eventChecks: readonly Check[] = [encryptedQueue, messageGroups];
