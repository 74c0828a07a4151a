// An event source mapping on this machine: invokes a function with the records of the table's stream, and retries failures as
// Lambda does.

import { setTimeout as delay } from 'node:timers/promises';
import { passes } from '../events/pattern.ts';
import { type InvokeFunction, LONGEST_WAIT_MS } from '../functions/host.ts';
import { isRecord } from '../is-record.ts';
import type { LocalEventSource } from '../stack/events.ts';
import type { Shard, TableStream } from './stream.ts';
import type { StreamPositions } from './stream-positions.ts';

/** A mapping that polls the stream. */
export interface EventSource {
  /** Takes no new batch, and resolves when the current one has ended. */
  readonly stop: () => Promise<void>;
}

const IDLE_MS = 100;
const LOOK_FOR_SHARDS_MS = 2000;
const LONGEST_PAUSE_MS = 5000;

/** Invokes `source.functionName` with the records of `stream`, from `positions` on, until it is stopped. */
export const followStream = (
  source: LocalEventSource,
  stream: TableStream,
  positions: StreamPositions,
  invoke: InvokeFunction,
): EventSource => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {});
  const deliver = deliveryTo(source, invoke, pause, signal);

  const followShard = async (shardId: string): Promise<void> => {
    const pages = stream.read(shardId, positions.get(shardId), source.batchSize);
    for await (const records of pages) {
      if (signal.aborted) return;
      await deliver(records.filter((record) => passes(source.filters, record)));
      if (signal.aborted) return;
      const last = sequenceNumberOf(records.at(-1));
      if (last === undefined) await pause(IDLE_MS);
      else positions.set(shardId, last);
    }
  };

  const followed = new Map<string, { ended: boolean; following: Promise<void> }>();
  /** A shard is read before the shards that it was split into, because its records are older. */
  const isNext = (shards: readonly Shard[]) => (shard: Shard) => {
    const parent = shards.find(({ shardId }) => shardId === shard.parentShardId);
    return !followed.has(shard.shardId) && (!parent || followed.get(parent.shardId)?.ended === true);
  };
  const follow = (shardId: string) => {
    const state = { ended: false, following: Promise.resolve() };
    state.following = followShard(shardId).then(
      () => {
        state.ended = true;
      },
      (error: unknown) => {
        if (!signal.aborted) console.error('The stream of the table cannot be read:', error);
        followed.delete(shardId);
      },
    );
    followed.set(shardId, state);
  };
  const watch = async () => {
    while (!signal.aborted) {
      const shards = await stream.listShards().catch(() => []);
      for (const { shardId } of shards.filter(isNext(shards))) follow(shardId);
      await pause(LOOK_FOR_SHARDS_MS);
    }
    await Promise.all([...followed.values()].map(({ following }) => following));
    stream.close();
  };
  const watching = watch();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
};

/** Invokes with a batch until it succeeds or is given up: it is halved, or cut at the record that the function reports. */
const deliveryTo = (
  { functionName, maximumRetryAttempts, bisects }: LocalEventSource,
  invoke: InvokeFunction,
  pause: (ms: number) => Promise<void>,
  signal: AbortSignal,
) => {
  const deliver = async (records: readonly object[], attempt = 0): Promise<void> => {
    if (records.length === 0 || signal.aborted) return;
    const failed = await firstFailure(records);
    if (failed === undefined) return;
    if (failed > 0) return deliver(records.slice(failed));
    if (bisects && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      await deliver(records.slice(0, middle));
      return deliver(records.slice(middle));
    }
    if (attempt === maximumRetryAttempts) {
      const numbers = records.map(sequenceNumberOf).join(', ');
      console.error(`${functionName} failed with these stream records, which are dropped: ${numbers}`);
      return;
    }
    await pause(Math.min(LONGEST_PAUSE_MS, IDLE_MS * 2 ** attempt));
    return deliver(records, attempt + 1);
  };

  /** The index of the first record that has to be retried; undefined when there is none. */
  const firstFailure = async (records: readonly object[]): Promise<number | undefined> => {
    try {
      const result = await invoke(functionName, { Records: records }, LONGEST_WAIT_MS);
      const failures =
        isRecord(result) && Array.isArray(result.batchItemFailures) ? result.batchItemFailures : [];
      const named = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
      const first = records.findIndex((record) => named.has(sequenceNumberOf(record)));
      return first < 0 ? undefined : first;
    } catch (error) {
      if (!signal.aborted) console.error(`${functionName}: ${(error as Error).message}`);
      return 0;
    }
  };
  return deliver;
};

const sequenceNumberOf = (record: object | undefined): string | undefined =>
  (record as { dynamodb?: { SequenceNumber?: string } } | undefined)?.dynamodb?.SequenceNumber;
