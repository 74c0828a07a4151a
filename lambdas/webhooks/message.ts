// An event as Standard Webhooks 1.0 has it posted: three headers, of which the last proves who sent it and when.

import { createHmac } from 'node:crypto';
import type { BusinessEvent } from '../events/event.ts';

export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The message for `event`, signed with each of `secrets` (`whsec_<base64>`), so that a receiver that knows any of them
 * accepts it. The id is that of the event and stays the same when the message is sent again; the time is that of sending.
 */
export const webhookMessage = (
  event: BusinessEvent,
  secrets: readonly string[],
  now: number,
): WebhookMessage => {
  const body = JSON.stringify({ type: event.type, timestamp: event.time, data: event });
  const seconds = String(Math.floor(now / 1000));
  const signed = `${event.id}.${seconds}.${body}`;
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'scim-endpoint',
      'webhook-id': event.id,
      'webhook-timestamp': seconds,
      'webhook-signature': secrets.map((secret) => `v1,${sign(secret, signed)}`).join(' '),
    },
    body,
  };
};

const sign = (secret: string, text: string): string =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(text)
    .digest('base64');
