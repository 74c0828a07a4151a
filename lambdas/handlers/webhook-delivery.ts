// The Lambda function behind the queue of events: posts them to the webhooks of their tenants.

import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { BusinessEvent } from '../events/event.ts';
import { logError } from '../platform/log.ts';
import { deliver } from '../webhooks/delivery.ts';

/**
 * Answers with the messages that are to be delivered again. One that cannot be read is among them, and after some attempts
 * goes to the dead letters.
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

/** The rule hands on what EventBridge has: our event is its `detail`. */
const readEvent = ({ body, messageId }: SQSRecord): BusinessEvent | undefined => {
  try {
    const { detail } = JSON.parse(body);
    if (typeof detail.id === 'string' && typeof detail.tenant === 'string') {
      if (typeof detail.incarnation === 'string') return detail;
    }
    throw new TypeError('No event.');
  } catch (error) {
    logError('A message of the queue is not understood.', error, { messageId });
    return undefined;
  }
};
