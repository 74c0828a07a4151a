// A change that cannot be processed is set aside, alone, and only when retries cannot help. The stream,
// the table, the bus and the bucket are the function's own; only the clock is mocked.

import '../support/own-table.ts';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { deleteSetAside, type SetAside, walkSetAside } from '../../lambdas/changes/set-aside/set-aside.ts';
import { readTableChange } from '../../lambdas/changes/table-change.ts';
import { bus } from '../../lambdas/events/bus.ts';
import { handler } from '../../lambdas/handlers/changes.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { documents } from '../../lambdas/table/client.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream, deliver } from '../support/change-stream.ts';
import { ScimClient } from '../support/scim-client.ts';

const MINUTE_MS = 60_000;

const stream = new ChangeStream();
let client: ScimClient;
let now: number;

beforeAll(() => stream.open());
afterAll(() => stream.close());

beforeEach(async () => {
  client = new ScimClient(freshTenantId());
  await client.createTenant();
  await stream.settle();
  for await (const each of walkSetAside()) await deleteSetAside(each);
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Creates users with these names and answers with their records, not processed yet. */
const created = async (...userNames: string[]): Promise<DynamoDBRecord[]> => {
  await stream.take();
  for (const userName of userNames) await client.post('/Users', { userName });
  const records = await stream.take();
  return records.filter(({ dynamodb }) => dynamodb?.Keys?.PK?.S === `T#${client.incarnation}#USER`);
};

/** Not an item of ours. */
const broken = (record: DynamoDBRecord | undefined): DynamoDBRecord =>
  ({
    ...record,
    eventID: `broken-${record?.eventID}`,
    dynamodb: { ...record?.dynamodb, NewImage: { ...record?.dynamodb?.Keys, Version: { S: 'one' } } },
  }) as DynamoDBRecord;

const aside = (): Promise<SetAside[]> => Array.fromAsync(walkSetAside());

const numberOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber ?? '';
const undone = (record: DynamoDBRecord | undefined) => ({
  batchItemFailures: [{ itemIdentifier: numberOf(record) }],
});
const DONE = { batchItemFailures: [] };

/** From now on, counting this change fails with this error. */
const failCounting = (record: DynamoDBRecord | undefined, error: () => unknown): void => {
  const changeId = record && readTableChange(record)?.changeId;
  const send = documents.send.bind(documents);
  jest.spyOn(documents, 'send').mockImplementation((async (command: { readonly input: object }) => {
    const isCounting = command.constructor.name.startsWith('TransactWrite');
    if (isCounting && JSON.stringify(command.input).includes(changeId ?? '')) throw error();
    return send(command as never);
  }) as never);
};

const named = (name: string, more: object = {}) => Object.assign(new Error('No.'), { name }, more);

describe('a record that cannot be read', () => {
  test('is set aside alone and at once, and the others go on in their order', async () => {
    const [first, second] = await created('first', 'second');
    const poison = broken(first);
    const before = stream.events.length;
    expect(await deliver([first, poison, second] as DynamoDBRecord[])).toEqual(DONE);
    expect(stream.events.slice(before).map(({ orderingKey }) => orderingKey)).toEqual(
      [first, second].map((record) => record?.dynamodb?.Keys?.SK?.S),
    );
    const number = numberOf(poison).padStart(40, '0');
    const key = new RegExp(`^tenant/${client.incarnation}/${number}\\.[0-9a-f]{32}\\.json$`);
    expect(await aside()).toEqual([{ key: expect.stringMatching(key), records: [poison] }]);
  });

  test('is one object, however often it comes', async () => {
    const poison = broken((await created('first'))[0]);
    await deliver([poison]);
    await deliver([poison]);
    expect(await aside()).toHaveLength(1);
  });

  test('is kept apart when its key does not say whose it is', async () => {
    const [record] = await created('first');
    const nobodys = { ...record, dynamodb: { ...record?.dynamodb, Keys: { PK: { N: '1' } } } };
    expect(await deliver([nobodys as unknown as DynamoDBRecord])).toEqual(DONE);
    expect(await aside()).toEqual([
      { key: expect.stringMatching(/^unknown\/\d+\.[0-9a-f]{32}\.json$/), records: [nobodys] },
    ]);
  });

  test('comes again while the bucket cannot be written', async () => {
    const [record] = await created('first');
    const poison = broken(record);
    const send = jest.spyOn(S3Client.prototype, 'send').mockRejectedValue(named('SlowDown') as never);
    expect(await deliver([poison])).toEqual(undone(poison));
    send.mockRestore();
    expect(await aside()).toEqual([]);
    expect(await deliver([poison])).toEqual(DONE);
    expect(await aside()).toHaveLength(1);
  });

  test('is not kept of a tenant that is gone', async () => {
    const poison = broken((await created('first'))[0]);
    await deleteTenant(client.tenant);
    expect(await deliver([poison])).toEqual(DONE);
    expect(await aside()).toEqual([]);
  });
});

describe('a change at which our own code fails', () => {
  const ours = () => new TypeError('Cannot read properties of undefined');

  test('is delivered again for ten minutes since it failed first, and then set aside, alone', async () => {
    const records = await created('first', 'second', 'third');
    const [, failing] = records;
    failCounting(failing, ours);
    // It was written long ago: a backlog alone is no reason.
    now += 5 * 60 * MINUTE_MS;
    const since = now;
    for (const minutes of [0, 1, 9.9]) {
      now = since + minutes * MINUTE_MS;
      expect(await deliver(records)).toEqual(undone(failing));
    }
    expect(await aside()).toEqual([]);
    now = since + 10 * MINUTE_MS;
    expect(await deliver(records)).toEqual(DONE);
    expect(await aside()).toEqual([{ key: expect.any(String), records: [failing] }]);
  });

  test('is found alone where it breaks the whole batch', async () => {
    const records = await created('first', 'second', 'third');
    const [, failing] = records;
    // Not a valid date, which fails only when the event is created.
    const dynamodb = { ...failing?.dynamodb, ApproximateCreationDateTime: 1e15 };
    const poison = { ...failing, dynamodb } as DynamoDBRecord;
    const before = stream.events.length;
    const batch = [records[0], poison, records[2]] as DynamoDBRecord[];
    expect(await deliver(batch)).toEqual(undone(poison));
    now += 10 * MINUTE_MS;
    expect(await deliver(batch)).toEqual(DONE);
    expect(await aside()).toEqual([{ key: expect.any(String), records: [poison] }]);
    const told = stream.events.slice(before).map(({ orderingKey }) => orderingKey);
    expect([...new Set(told)]).toEqual([records[0], records[2]].map((each) => each?.dynamodb?.Keys?.SK?.S));
  });
});

describe('a change at which AWS fails', () => {
  test.each<[what: string, error: () => unknown]>([
    ['throttles', () => named('ThrottlingException', { $fault: 'client' })],
    ['throttles the table', () => named('ProvisionedThroughputExceededException', { $fault: 'client' })],
    [
      'throttles a part of a transaction',
      () =>
        named('TransactionCanceledException', {
          $fault: 'client',
          CancellationReasons: [{ Code: 'None' }, { Code: 'ProvisionedThroughputExceeded' }],
        }),
    ],
    ['fails inside', () => named('InternalServerError', { $fault: 'server' })],
    ['is a proxy that fails', () => named('SyntaxError', { $metadata: { httpStatusCode: 502 } })],
    ['does not answer', () => named('TimeoutError')],
    ['cannot be reached', () => named('Error', { code: 'ECONNREFUSED' })],
    ['is not found by name', () => named('Error', { code: 'EAI_AGAIN' })],
    ['refuses us', () => named('AccessDeniedException', { $fault: 'client' })],
  ])('that %s waits, however long', async (_, error) => {
    const records = await created('first', 'second');
    failCounting(records[0], error);
    for (let hours = 0; hours < 19; hours += 6, now += 6 * 60 * MINUTE_MS) {
      expect(await deliver(records)).toEqual(undone(records[0]));
    }
    expect(await aside()).toEqual([]);
  });
});

describe('while the bus', () => {
  const entries = (code: string) =>
    ((command: { input: { Entries: object[] } }) => ({
      Entries: command.input.Entries.map(() => ({ ErrorCode: code })),
    })) as never;

  test('is away for 30 minutes nothing is set aside, and then all is told in order', async () => {
    const records = await created('first', 'second', 'third');
    const away = jest.spyOn(bus, 'send');
    away.mockRejectedValue(named('Error', { code: 'ECONNREFUSED' }) as never);
    const before = stream.events.length;
    for (let minutes = 0; minutes <= 30; minutes++, now += MINUTE_MS) {
      expect(await deliver(records)).toEqual(undone(records[0]));
    }
    away.mockRestore();
    expect(await deliver(records)).toEqual(DONE);
    expect(stream.events.slice(before).map(({ orderingKey }) => orderingKey)).toEqual(
      records.map(({ dynamodb }) => dynamodb?.Keys?.SK?.S),
    );
    expect(await aside()).toEqual([]);
  });

  test.each(['ThrottlingException', 'InternalFailure', 'InternalException', 'AccessDeniedException'])(
    'turns events away with %s they wait',
    async (code) => {
      const records = await created('first');
      jest.spyOn(bus, 'send').mockImplementation(entries(code));
      for (const minutes of [0, 30]) {
        now += minutes * MINUTE_MS;
        expect(await deliver(records)).toEqual(undone(records[0]));
      }
      expect(await aside()).toEqual([]);
    },
  );

  test('refuses an event for what it is, that one is set aside after ten minutes', async () => {
    const records = await created('first', 'second', 'third');
    const [, failing] = records;
    const send = bus.send.bind(bus);
    const tooLarge = jest.spyOn(bus, 'send').mockImplementation((async (command: { input: object }) => {
      const isThere = JSON.stringify(command.input).includes(failing?.dynamodb?.Keys?.SK?.S ?? '-');
      if (isThere)
        throw named('ValidationException', { $fault: 'client', $metadata: { httpStatusCode: 400 } });
      return send(command as never);
    }) as never);
    const before = stream.events.length;
    expect(await deliver(records)).toEqual(undone(failing));
    now += 10 * MINUTE_MS;
    expect(await deliver(records)).toEqual(DONE);
    tooLarge.mockRestore();
    expect(await aside()).toEqual([{ key: expect.any(String), records: [failing] }]);
    expect(new Set(stream.events.slice(before).map(({ orderingKey }) => orderingKey))).toEqual(
      new Set([records[0], records[2]].map((record) => record?.dynamodb?.Keys?.SK?.S)),
    );
  });
});

test('a redrive is told every record that fails again, and nothing is set aside anew', async () => {
  const records = await created('first', 'second', 'third');
  failCounting(records[0], () => new TypeError());
  const poison = broken(records[2]);
  const batch = [records[0], records[1], poison] as DynamoDBRecord[];
  for (const minutes of [0, 60]) {
    now += minutes * MINUTE_MS;
    expect(await handler({ Records: batch, redrive: true })).toEqual({
      batchItemFailures: [records[0], poison].map((record) => ({ itemIdentifier: numberOf(record) })),
    });
  }
  expect(await aside()).toEqual([]);
});
