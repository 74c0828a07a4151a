// Delivers the stream of a test's own table to the changes function batch by batch, and mocks the bus.

import './own-table.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import { type EventBus, startEventBus } from '../../bin/local/events/bus.ts';
import { createTable } from '../../bin/local/table/create-table.ts';
import { openTableStream, type TableStream } from '../../bin/local/table/stream.ts';
import type { BusinessEvent } from '../../lambdas/events/event.ts';
import { handler } from '../../lambdas/handlers/changes.ts';
import { tableDefinition } from '../setup/table-definition.ts';
import { ownTableName } from './own-table.ts';

const BATCH_SIZE = 100;

export class ChangeStream {
  /** The events that the bus accepted, in order of arrival. */
  readonly events: BusinessEvent[] = [];
  /** Every record that was read from the stream. */
  readonly records: DynamoDBRecord[] = [];
  private readonly positions = new Map<string, string>();
  private stream: TableStream | undefined;
  private bus: EventBus | undefined;

  /** Creates the table and starts the bus. */
  async open(): Promise<void> {
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
    await createTable(endpoint, ownTableName, tableDefinition);
    this.stream = await openTableStream(endpoint, ownTableName);
    this.bus = await startEventBus(({ detail }) => this.events.push(detail as BusinessEvent));
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = this.bus.endpoint;
  }

  async close(): Promise<void> {
    this.stream?.close();
    await this.bus?.stop();
  }

  /** The shard with the records; both emulators have just one. */
  async shardId(): Promise<string | undefined> {
    return (await this.stream?.listShards())?.[0]?.shardId;
  }

  /** The records since the last call, oldest first. */
  async take(): Promise<DynamoDBRecord[]> {
    const taken: DynamoDBRecord[] = [];
    for (const { shardId } of (await this.stream?.listShards()) ?? []) {
      for await (const page of this.stream?.read(shardId, this.positions.get(shardId), 1000) ?? []) {
        if (page.length === 0) break;
        const records = page as DynamoDBRecord[];
        this.positions.set(shardId, records.at(-1)?.dynamodb?.SequenceNumber ?? '');
        taken.push(...records);
      }
    }
    this.records.push(...taken);
    return taken;
  }

  /** Processes the stream, including what the function itself writes, until it is empty; answers with the events. */
  async settle(deliverBatch: Deliver = deliverOrThrow): Promise<BusinessEvent[]> {
    const before = this.events.length;
    for (let records = await this.take(); records.length > 0; records = await this.take()) {
      for (let at = 0; at < records.length; at += BATCH_SIZE) {
        await deliverBatch(records.slice(at, at + BATCH_SIZE));
      }
    }
    return this.events.slice(before);
  }
}

type Deliver = (records: readonly DynamoDBRecord[]) => Promise<void>;

/** One invocation of the function. */
export const deliver = (records: readonly DynamoDBRecord[]) => handler({ Records: [...records] });

const deliverOrThrow: Deliver = async (records) => {
  const { batchItemFailures } = await deliver(records);
  if (batchItemFailures.length > 0) throw new Error('A batch was not done.');
};
