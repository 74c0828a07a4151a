// The local event source mapping: what Lambda does with a stream, for a function that fails in every way.

import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InvokeFunction } from '../../../../bin/local/functions/host.ts';
import type { LocalEventSource } from '../../../../bin/local/stack/events.ts';
import { type EventSource, followStream } from '../../../../bin/local/table/event-source.ts';
import type { Shard, TableStream } from '../../../../bin/local/table/stream.ts';
import { openStreamPositions, type StreamPositions } from '../../../../bin/local/table/stream-positions.ts';

interface StreamRecord {
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: { readonly SK: { readonly S: string } };
  };
}

const record = (number: number, SK = 'item'): StreamRecord => ({
  dynamodb: { SequenceNumber: String(number), Keys: { SK: { S: SK } } },
});

/** A stream that is all there, as an emulator shows it: a page, another, and then empty ones. */
const streamOf = (
  shards: Readonly<Record<string, readonly StreamRecord[]>>,
  parents: Record<string, string> = {},
) => {
  const listShards = async (): Promise<Shard[]> =>
    Object.keys(shards).map((shardId) => ({ shardId, parentShardId: parents[shardId] }));
  const read: TableStream['read'] = async function* (shardId, after, limit) {
    const records = (shards[shardId] ?? []).filter(
      ({ dynamodb }) => after === undefined || BigInt(dynamodb.SequenceNumber) > BigInt(after),
    );
    for (let at = 0; at < records.length; at += limit) yield records.slice(at, at + limit);
    // The shard that others came from is closed; an open one goes on with empty pages.
    while (!Object.values(parents).includes(shardId)) yield [];
  };
  return { listShards, read, close: () => {} };
};

const source: LocalEventSource = {
  functionName: 'Changes',
  batchSize: 4,
  maximumRetryAttempts: 2,
  bisects: true,
  filters: [{ dynamodb: { Keys: { SK: { S: [{ 'anything-but': ['#'] }] } } } }],
};

let invocations: string[][];
let following: EventSource | undefined;
let positions: StreamPositions;

beforeEach(() => {
  invocations = [];
  positions = openStreamPositions();
});
afterEach(() => following?.stop());

/** Follows `stream` until nothing more happens; `answer` says which record fails, or throws. */
const follow = async (
  stream: TableStream,
  answer: (numbers: string[]) => string | undefined = () => undefined,
) => {
  const invoke: InvokeFunction = async (_, event) => {
    const numbers = (event as { Records: StreamRecord[] }).Records.map(
      ({ dynamodb }) => dynamodb.SequenceNumber,
    );
    invocations.push(numbers);
    const itemIdentifier = answer(numbers);
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  };
  following = followStream(source, stream, positions, invoke);
  for (let quiet = 0, before = -1; quiet < 4; quiet++) {
    await delay(120);
    if (invocations.length !== before) quiet = 0;
    before = invocations.length;
  }
};

const six = [1, 2, 3, 4, 5, 6].map((number) => record(number));

describe('records arrive', () => {
  test('in batches, in their order, without those that no pattern matches', async () => {
    await follow(streamOf({ only: [...six.slice(0, 2), record(3, '#'), ...six.slice(3)] }));
    expect(invocations).toEqual([
      ['1', '2', '4'],
      ['5', '6'],
    ]);
    expect(positions.get('only')).toBe('6');
  });

  test('from behind the last that was done', async () => {
    positions.set('only', '4');
    await follow(streamOf({ only: six }));
    expect(invocations).toEqual([['5', '6']]);
  });

  test('of a shard after those of the shard that it came from', async () => {
    const stream = streamOf({ child: six.slice(3), parent: six.slice(0, 3) }, { child: 'parent' });
    await follow(stream);
    expect(invocations[0]).toEqual(['1', '2', '3']);
  });
});

describe('a batch that fails', () => {
  test('is repeated from the record that the function names', async () => {
    let failures = 1;
    await follow(streamOf({ only: six.slice(0, 4) }), () => (failures-- > 0 ? '3' : undefined));
    expect(invocations).toEqual([
      ['1', '2', '3', '4'],
      ['3', '4'],
    ]);
  });

  test('as a whole is halved, until the record that cannot be done is alone and given up', async () => {
    await follow(streamOf({ only: six.slice(0, 4) }), (numbers) => {
      if (numbers.includes('2')) throw new Error('Not this one.');
      return undefined;
    });
    expect(invocations).toEqual([['1', '2', '3', '4'], ['1', '2'], ['1'], ['2'], ['2'], ['2'], ['3', '4']]);
    expect(positions.get('only')).toBe('4');
  });

  test('is not passed over when the run ends meanwhile', async () => {
    await follow(streamOf({ only: six.slice(0, 1) }), () => {
      void following?.stop();
      return '1';
    });
    expect(positions.get('only')).toBeUndefined();
  });
});
