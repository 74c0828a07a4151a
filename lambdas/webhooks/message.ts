// An event as a message of Standard Webhooks 1.0: three headers, of which the last proves who sent it and when.

import { createHmac } from 'node:crypto';
import type { BusinessEvent } from '../events/event.ts';

/** The HTTP request, without method and URL. */
export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The message for `event`, signed with each of `secrets` (`whsec_<base64>`), so that a receiver with any of them accepts it.
 * Its id is that of the event, and the same for each attempt; its timestamp is `nowMs` (milliseconds), in seconds.
 */
export const webhookMessage = (
  event: BusinessEvent,
  secrets: readonly string[],
  nowMs: number,
): WebhookMessage => {
  const body = JSON.stringify({ type: event.type, timestamp: event.time, data: event });
  const seconds = String(Math.floor(nowMs / 1000));
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
