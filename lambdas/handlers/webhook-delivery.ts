// The Lambda function behind the event queue: delivers events to the webhooks of their tenants.

import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { BusinessEvent } from '../events/event.ts';
import { logError } from '../platform/log.ts';
import { deliver } from '../webhooks/delivery.ts';

/**
 * Answers with the messages to be delivered again. A message that cannot be parsed is among them, and moves to the
 * dead-letter queue after some attempts.
 */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const events = new Map<BusinessEvent, SQSRecord>();
  const failed: SQSRecord[] = [];
  for (const record of Records) {
    const event = readEvent(record);
    if (event) events.set(event, record);
    else failed.push(record);
  }
  const undone = await deliver([...events.keys()]);
  for (const [event, record] of events) if (undone.has(event)) failed.push(record);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

/** The rule forwards EventBridge's envelope: our event is its `detail`. */
const readEvent = ({ body, messageId }: SQSRecord): BusinessEvent | undefined => {
  try {
    const { detail } = JSON.parse(body);
    if (typeof detail.id === 'string' && typeof detail.tenant === 'string') {
      if (typeof detail.incarnation === 'string') return detail;
    }
    throw new TypeError('No event.');
  } catch (error) {
    logError('A queue message could not be parsed.', error, { messageId });
    return undefined;
  }
};
