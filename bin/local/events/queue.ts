// SQS and Lambda's poller on this machine: a queue and the function that is invoked with its messages. It is in memory only:
// what it holds when the run ends is lost, even with --data.

import { createHash, randomUUID } from 'node:crypto';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import * as v from 'valibot';
import { ACCOUNT_ID, localCredentials } from '../../shared/local-credentials.ts';
import { type InvokeFunction, LONGEST_WAIT_MS } from '../functions/host.ts';
import type { LocalQueue } from '../stack/events.ts';

/** A queue that is being polled. */
export interface Queue {
  /** Enqueues a message. */
  readonly send: (body: string) => void;
  /** Stops invoking; an invocation in progress ends with the thread of its function. */
  readonly stop: () => void;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly receiveCount: number;
}

/** SQS redelivers a failed message after its visibility timeout: minutes, too long for a local run. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** Opens the queue; its function is invoked until it is stopped. Dead letters are reported on standard error and dropped. */
export const openQueue = (queue: LocalQueue, invoke: InvokeFunction): Queue => {
  const { functionName, batchSize, maximumConcurrency, maxReceiveCount } = queue;
  const waiting: Message[] = [];
  let underWay = 0;
  let stopped = false;

  const receive = () => {
    while (!stopped && underWay < maximumConcurrency && waiting.length > 0) {
      void deliver(waiting.splice(0, batchSize).map(received));
    }
  };

  const deliver = async (batch: readonly Message[]): Promise<void> => {
    underWay++;
    const failed = await failuresOf(batch);
    underWay--;
    if (stopped) return;
    drop(failed.filter(({ receiveCount }) => receiveCount >= maxReceiveCount));
    repeat(failed.filter(({ receiveCount }) => receiveCount < maxReceiveCount));
    receive();
  };

  const failuresOf = async (batch: readonly Message[]): Promise<readonly Message[]> => {
    const event: SQSEvent = { Records: batch.map((message) => toRecord(message, queue.arn)) };
    try {
      const result = await invoke(functionName, event, LONGEST_WAIT_MS);
      return queue.reportsItemFailures ? namedIn(result, batch) : [];
    } catch (error) {
      if (!stopped) console.error(`${functionName}: ${(error as Error).message}`);
      return batch;
    }
  };

  const repeat = (messages: readonly Message[]) => {
    if (messages.length === 0) return;
    const receiveCount = Math.max(...messages.map((message) => message.receiveCount));
    const again = () => {
      waiting.push(...messages);
      receive();
    };
    setTimeout(again, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (receiveCount - 1))).unref();
  };

  const drop = (messages: readonly Message[]) => {
    if (messages.length === 0) return;
    const ids = messages.map(({ id }) => id).join(', ');
    console.error(`${functionName} failed with these messages, which go to the dead-letter queue: ${ids}`);
  };

  return {
    send: (body) => {
      const refusal = refusalOf(body);
      if (refusal) {
        console.error(`A message for ${functionName} goes to the dead-letter queue: ${refusal}`);
        return;
      }
      waiting.push({ id: randomUUID(), body, sentAt: Date.now(), firstReceivedAt: 0, receiveCount: 0 });
      // Messages that are sent in one go are received as one batch.
      queueMicrotask(receive);
    },
    stop: () => {
      stopped = true;
    },
  };
};

/** Amazon SQS API Reference, SendMessage. */
const MAX_MESSAGE_BYTES = 262_144;

/** Why SQS would not take the message; undefined if it would. */
const refusalOf = (body: string): string | undefined => {
  if (Buffer.byteLength(body) > MAX_MESSAGE_BYTES) return `it is larger than ${MAX_MESSAGE_BYTES} bytes.`;
  return /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(body)
    ? 'it has a character that SQS does not take.'
    : undefined;
};

const received = (message: Message): Message => ({
  ...message,
  firstReceivedAt: message.firstReceivedAt || Date.now(),
  receiveCount: message.receiveCount + 1,
});

const batchResponse = v.nullish(
  v.object({ batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.string() })), []) }),
  { batchItemFailures: [] },
);

/** The messages that the function reports as failed; all of them, as in Lambda, when it reports one that is not in the batch. */
const namedIn = (result: unknown, batch: readonly Message[]): readonly Message[] => {
  const response = v.safeParse(batchResponse, result);
  if (!response.success) return batch;
  const named = new Set(response.output.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const failed = batch.filter(({ id }) => named.has(id));
  return failed.length === named.size ? failed : batch;
};

const toRecord = (message: Message, arn: string): SQSRecord => ({
  messageId: message.id,
  receiptHandle: randomUUID(),
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: ACCOUNT_ID,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  },
  messageAttributes: {},
  md5OfBody: createHash('md5').update(message.body).digest('hex'),
  eventSource: 'aws:sqs',
  eventSourceARN: arn,
  awsRegion: localCredentials.AWS_REGION,
});
