// Creates the table from its properties in the template, as CloudFormation would.

import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { localCredentials } from '../../shared/local-credentials.ts';
import type { TableDefinition } from '../stack/stack.ts';

const clientFor = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: localCredentials.AWS_REGION,
    credentials: {
      accessKeyId: localCredentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: localCredentials.AWS_SECRET_ACCESS_KEY,
    },
  });

/** Creates the table, billed on demand, unless it exists, and waits until it is active. */
export const createTable = async (
  endpoint: string,
  tableName: string,
  { timeToLiveAttribute, ...definition }: TableDefinition,
): Promise<void> => {
  const client = clientFor(endpoint);
  try {
    await client.send(
      new CreateTableCommand({ TableName: tableName, BillingMode: 'PAY_PER_REQUEST', ...definition }),
    );
    await waitUntilActive(client, tableName);
    if (timeToLiveAttribute) {
      const TimeToLiveSpecification = { AttributeName: timeToLiveAttribute, Enabled: true };
      await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }));
    }
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
};

const waitUntilActive = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await delay(20);
  }
};
