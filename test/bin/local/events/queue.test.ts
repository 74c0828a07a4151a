// The local queue: what SQS and Lambda do with messages, for a function that fails in every way.

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { openQueue, type Queue } from '../../../../bin/local/events/queue.ts';
import type { LocalQueue } from '../../../../bin/local/stack/events.ts';

const ARN = 'arn:aws:sqs:eu-central-1:000000000000:queue:Queue';
const given: LocalQueue = {
  arn: ARN,
  functionName: 'Delivery',
  batchSize: 3,
  maximumConcurrency: 2,
  reportsItemFailures: true,
  maxReceiveCount: 3,
};

let queue: Queue;
let invocations: SQSRecord[][];
let errors: jest.SpiedFunction<typeof console.error>;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
  invocations = [];
  errors = jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  queue.stop();
  errors.mockRestore();
  jest.useRealTimers();
});

const open = (answer: (records: readonly SQSRecord[]) => unknown = () => undefined, changes = {}) => {
  queue = openQueue({ ...given, ...changes }, async (functionName, event) => {
    expect(functionName).toBe('Delivery');
    const { Records } = event as SQSEvent;
    invocations.push(Records);
    return answer(Records);
  });
};
const send = (...bodies: string[]) => {
  for (const body of bodies) queue.send(body);
};
const passAll = () => jest.advanceTimersByTimeAsync(60_000);
const bodies = () => invocations.map((records) => records.map(({ body }) => body).join(''));
const failing = (records: readonly SQSRecord[], ...named: string[]) => ({
  batchItemFailures: records
    .filter(({ body }) => named.includes(body))
    .map(({ messageId }) => ({ itemIdentifier: messageId })),
});

describe('messages', () => {
  test('arrive in their order, in batches of what was sent in one go', async () => {
    open();
    send('a', 'b', 'c', 'd');
    await passAll();
    send('e');
    await passAll();

    expect(bodies()).toEqual(['abc', 'd', 'e']);
  });

  test('arrive as what Lambda gets from SQS', async () => {
    jest.setSystemTime(1_772_366_400_000);
    open();
    send('a');
    await passAll();

    expect(invocations).toEqual([
      [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: 'a',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: '1772366400000',
            SenderId: '000000000000',
            ApproximateFirstReceiveTimestamp: '1772366400000',
          },
          messageAttributes: {},
          md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
          eventSource: 'aws:sqs',
          eventSourceARN: ARN,
          awsRegion: 'eu-central-1',
        },
      ],
    ]);
  });

  test('wait while as many invocations are under way as may be', async () => {
    const answers: (() => void)[] = [];
    open(() => new Promise<void>((resolve) => answers.push(resolve)));
    send(...'abcdefgh');
    await passAll();
    expect(bodies()).toEqual(['abc', 'def']);

    answers[0]?.();
    await passAll();
    expect(bodies()).toEqual(['abc', 'def', 'gh']);
  });
});

describe('a message that SQS does not take', () => {
  test.each([
    ['over 256 KB', 'x'.repeat(262_145)],
    ['with a control character', 'a\u0000b'],
    ['with a noncharacter', 'a\uFFFEb'],
    ['with half a character', 'a\uD800b'],
  ])('%s goes to the dead-letter queue, and is not delivered (S1.9)', async (_, body) => {
    open();
    send(body, 'good');
    await passAll();
    expect(bodies()).toEqual(['good']);
    expect(errors.mock.calls).toEqual([[expect.stringContaining('goes to the dead-letter queue')]]);
  });

  test('is none of 256 KB, with any character of a text (S1.9)', async () => {
    const body = `\t\n\r é日😀${'x'.repeat(262_000)}`;
    open();
    send(body);
    await passAll();
    expect(bodies()).toEqual([body]);
  });
});

describe('what fails', () => {
  test('comes again alone, as the same message, when the function names it', async () => {
    open((records) => (invocations.length === 1 ? failing(records, 'b') : undefined));
    send('a', 'b', 'c');
    await passAll();

    expect(bodies()).toEqual(['abc', 'b']);
    const [first, second] = invocations.flat().filter(({ body }) => body === 'b');
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.attributes).toEqual({ ...first?.attributes, ApproximateReceiveCount: '2' });
  });

  test.each([
    [
      'fails',
      () => {
        throw new Error('Not now.');
      },
    ],
    ['names a message that is not there', () => ({ batchItemFailures: [{ itemIdentifier: 'nobody' }] })],
    ['names a failure by no identifier', () => ({ batchItemFailures: [{}] })],
  ])('comes again as a whole when the invocation %s', async (_, fail) => {
    open(() => (invocations.length === 1 ? fail() : undefined));
    send('a', 'b', 'c');
    await passAll();

    expect(bodies()).toEqual(['abc', 'abc']);
  });

  test('does not come again when the mapping does not read what the function names', async () => {
    open((records) => failing(records, 'b'), { reportsItemFailures: false });
    send('a', 'b');
    await passAll();

    expect(bodies()).toEqual(['ab']);
  });

  test('comes again after a pause that grows, and others do not wait for it', async () => {
    const times: number[] = [];
    const start = Date.now();
    open((records) => {
      times.push(Date.now() - start);
      return failing(records, 'a');
    });
    send('a');
    await jest.advanceTimersByTimeAsync(50);
    send('b');
    await passAll();

    expect(bodies()).toEqual(['a', 'b', 'a', 'a']);
    expect(times).toEqual([0, 50, 100, 300]);
  });

  test('goes to the dead-letter queue, in one line, when it was delivered as often as it may be', async () => {
    open((records) => failing(records, 'a', 'c'));
    send('a', 'b', 'c');
    await passAll();

    expect(bodies()).toEqual(['abc', 'ac', 'ac']);
    const ids = invocations[1]?.map(({ messageId }) => messageId).join(', ');
    expect(errors.mock.calls).toEqual([
      [`Delivery failed with these messages, which go to the dead-letter queue: ${ids}`],
    ]);
  });
});

describe('after the end', () => {
  test('nothing is delivered, neither what was sent nor what had failed', async () => {
    open((records) => failing(records, 'a'));
    send('a');
    await jest.advanceTimersByTimeAsync(0);
    queue.stop();
    send('b');
    await passAll();

    expect(bodies()).toEqual(['a']);
  });

  test('an invocation that ends with its thread is not told, and makes no dead letters', async () => {
    const end = async () => {
      queue.stop();
      throw new Error('The thread ended.');
    };
    open(end, { maxReceiveCount: 1 });
    send('a');
    await passAll();

    expect(bodies()).toEqual(['a']);
    expect(errors.mock.calls).toEqual([]);
  });
});
